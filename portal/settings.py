"""Settings: one module, from the environment, and nothing unsafe by default.

docs/operations.md explains each variable.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.core import env

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_VAR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var")))
(PORTAL_VAR / "tmp").mkdir(parents=True, exist_ok=True)
PORTAL_BASE_URL = env.text("PORTAL_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
PORTAL_DEMO = env.flag("PORTAL_DEMO", default=False)
PORTAL_PROVINCE_NAME = env.text("PORTAL_PROVINCE_NAME", "Tỉnh Bình Phước")
# Whom visitors may ask for help, in the foot of every public page. Without telephone
# and e-mail here it is the agency on record that keeps the standard forms.
PORTAL_CONTACT_NAME = env.text("PORTAL_CONTACT_NAME", "Văn phòng Ủy ban nhân dân tỉnh")
PORTAL_CONTACT_ADDRESS = env.text("PORTAL_CONTACT_ADDRESS", "")
PORTAL_CONTACT_TELEPHONE = env.text("PORTAL_CONTACT_TELEPHONE", "")
PORTAL_CONTACT_EMAIL = env.text("PORTAL_CONTACT_EMAIL", "")
PORTAL_ACCEPT_FALLBACK_SIGNATURES = env.flag(
    "PORTAL_ACCEPT_FALLBACK_SIGNATURES", default=False
)
# A PKCS#12 file that signs reports instead of the portal's own certificate.
PORTAL_PDF_CERTIFICATE = env.text("PORTAL_PDF_CERTIFICATE", "")
PORTAL_PDF_CERTIFICATE_PASSWORD = env.text("PORTAL_PDF_CERTIFICATE_PASSWORD", "")
# Look for stamps of secrecy on scanned pages too: needs tesseract, and seconds a page.
PORTAL_OCR = env.flag("PORTAL_OCR", default=False)
PORTAL_CLAMD_SOCKET = env.text(
    "PORTAL_CLAMD_SOCKET", str(PORTAL_VAR / "clamav" / "clamd.sock")
)
# Every clamd that scans for us, as unix:/path or tcp:host:port; none: that socket.
PORTAL_CLAMD_HOSTS = env.words("PORTAL_CLAMD_HOSTS", default="")
# Where the clamd of this machine listens for others, as host:port; empty: nowhere.
PORTAL_CLAMD_BIND = env.text("PORTAL_CLAMD_BIND", "")
# Where manage.py icap listens; its peers prove themselves by their address alone.
PORTAL_ICAP_BIND = env.text("PORTAL_ICAP_BIND", "127.0.0.1")
PORTAL_ICAP_PORT = env.number("PORTAL_ICAP_PORT", default=1344)

DEBUG = env.flag("PORTAL_DEBUG", default=False)
SECRET_KEY = env.text("PORTAL_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("PORTAL_OLD_SECRET_KEYS", default="")
IS_HTTPS = PORTAL_BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.words(
    "PORTAL_HOSTS", default=f"{urlsplit(PORTAL_BASE_URL).hostname},localhost"
)
CSRF_TRUSTED_ORIGINS = [PORTAL_BASE_URL]
# How many proxies of ours stand in front; nobody else's X-Forwarded-For is believed.
PORTAL_PROXIES = env.number("PORTAL_PROXIES", default=0)

INSTALLED_APPS = [
    "portal.core",
    "access",
    "scanning",
    "incidents",
    "policies",
    "portal.home",
    "portal.ops",
    # Not wagtail.images, .documents and .embeds: every file comes in through scanning.
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "auditlog",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp_webauthn",
    "oauth2_provider",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.home.language.LanguageMiddleware",
    "portal.home.api_answers.ProblemMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "access.middleware.ActorMiddleware",
    "access.middleware.GateMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.home.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "csp.context_processors.nonce",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.home.context.frame",
            ],
        },
    }
]

# ── Rows ──────────────────────────────────────────────────────────────────────────
DATABASES = {
    "default": dj_database_url.parse(
        env.text("PORTAL_DATABASE_URL", f"sqlite:///{PORTAL_VAR / 'portal.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock when a transaction begins, and wait for it: otherwise two
        # writers that both read first fail at once with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    }
else:
    # For the one question that is asked at every turn (`access.querysets.prepared`).
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 5

# ── People ────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "access.login.password.PasswordBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Defaults of TCVN 14423:2026, levels 1-2; the standard's text was not read by us.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "access.login.weak_passwords.CommonplaceValidator"},
    {"NAME": "access.login.weak_passwords.BreachedPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation"
        ".UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
]
# A sorted file of SHA-1 hashes of stolen passwords; empty: none is looked at.
PORTAL_BREACHED_PASSWORDS = env.text("PORTAL_BREACHED_PASSWORDS", "")
# Passkeys belong to a name, never to a number: at home that name is localhost.
_passkey_address = PORTAL_BASE_URL.replace("127.0.0.1", "localhost")
OTP_WEBAUTHN_RP_ID = urlsplit(_passkey_address).hostname or "localhost"
OTP_WEBAUTHN_RP_NAME = "Cổng an toàn văn bản điện tử"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [_passkey_address]
OTP_WEBAUTHN_CREDENTIAL_MODEL = "access.Passkey"
OTP_WEBAUTHN_HELPER_CLASS = "access.login.passkeys.Ceremony"
OTP_WEBAUTHN_ATTESTATION_MODEL = "access.PasskeyAttestation"
LOGIN_URL = "access:sign-in"
LOGIN_REDIRECT_URL = "home:dashboard"
LOGOUT_REDIRECT_URL = "home:front"
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "/dang-nhap/"
PORTAL_SESSION_IDLE = timedelta(minutes=env.number("PORTAL_IDLE_MINUTES", default=15))
# Sign-ins of whoever administers accounts or agencies end sooner.
PORTAL_ADMIN_IDLE = timedelta(
    minutes=env.number("PORTAL_ADMIN_IDLE_MINUTES", default=5)
)
PORTAL_SESSION_ABSOLUTE = timedelta(
    hours=env.number("PORTAL_SESSION_HOURS", default=12)
)
# Sensitive acts want a proof of the person that is no older than this.
PORTAL_PROOF_LASTS = timedelta(minutes=env.number("PORTAL_PROOF_MINUTES", default=5))
PORTAL_INVITATION_LASTS = timedelta(hours=72)
# Accounts without a sign-in for so long are suspended; 0 suspends none.
PORTAL_IDLE_DAYS = env.number("PORTAL_IDLE_DAYS", default=45)
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
PORTAL_DEVICE_COOKIE = "__Host-device" if IS_HTTPS else "device"
SESSION_COOKIE_AGE = int(PORTAL_SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

# Connected systems ask for tokens with credentials of their own, never a person's.
OAUTH2_PROVIDER_APPLICATION_MODEL = "access.Connector"
# As the best current practice has it (RFC 9700): of a token only its checksum is kept,
# and whatever we do not offer is off in the library too.
OAUTH2_PROVIDER = {
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"] if IS_HTTPS else ["http", "https"],
}
# How many calls of one web process may wait for a verdict; others hear at once.
PORTAL_WAITING_CALLS = env.number("PORTAL_WAITING_CALLS", default=2)
# With so many files waiting for their scan the gateway takes in no more for a while.
PORTAL_QUEUE_LIMIT = env.number("PORTAL_QUEUE_LIMIT", default=20_000)

AUDITLOG_LOGENTRY_MODEL = "access.AuditEntry"

AXES_FAILURE_LIMIT = env.number("PORTAL_LOGIN_TRIES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=15)
# By name and address together: one wrong typist must not lock out his whole office,
# which shares one address, nor can a stranger elsewhere lock out a name.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "access.login.origin.client_address"
AXES_LOCKOUT_CALLABLE = "access.login.origin.locked_out"
# It keeps what a wrong try sent: never the secrets of our forms.
AXES_SENSITIVE_PARAMETERS = ["code", "old_password", "new_password", "again"]
AXES_SENSITIVE_PARAMETERS += ["credential", "csrfmiddlewaretoken"]
AXES_SENSITIVE_PARAMETERS += ["client_id", "client_secret"]
AXES_VERBOSE = False
# The audit trail tells who came in; axes would keep paths, and with them dead links.
AXES_DISABLE_ACCESS_LOG = True

# ── Browser ───────────────────────────────────────────────────────────────────────
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if PORTAL_PROXIES else None
)
SECURE_HSTS_SECONDS = 365 * 86400 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
CSRF_FAILURE_VIEW = "portal.home.errors.stale_form"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# ── Words ─────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"  # on screen; rows are in UTC
FORMAT_MODULE_PATH = ["portal.formats"]

# ── Files ─────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]  # static/vendor/ comes from npm run build
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_URL = "/media/"
MEDIA_ROOT = PORTAL_VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_files.Storage"},
}
for folder in ("tmp", "mail", "media", "static"):
    (PORTAL_VAR / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
FILE_UPLOAD_TEMP_DIR = str(PORTAL_VAR / "tmp")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["scanning.uploads.HashedUploadHandler"]
PORTAL_UPLOAD_LIMIT = env.number("PORTAL_UPLOAD_MEGABYTES", default=100) * 1024 * 1024
# Our proposals, for want of a figure in the regulation.
PORTAL_RECEIPT_DAYS = env.number("PORTAL_RECEIPT_DAYS", default=30)
PORTAL_QUESTIONS_A_MINUTE = env.number("PORTAL_QUESTIONS_A_MINUTE", default=30)
PORTAL_VERDICT_TARGET = env.number("PORTAL_VERDICT_TARGET_SECONDS", default=60)

# ── Later ─────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = env.text("PORTAL_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_TRANSPORT = "portal.filequeue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(PORTAL_VAR / "queue"),
        "data_folder_out": str(PORTAL_VAR / "queue"),
        "control_folder": str(PORTAL_VAR / "queue"),
        "polling_interval": 0.1,  # seconds
    }
else:
    # A page must not wait for a broker that is gone: the sweep makes up for it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 2,
        "socket_timeout": 30,
        "max_retries": 1,
        "interval_start": 0,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 15 * 60  # seconds; what hangs longer is killed and swept up
# Scans have a queue of their own: a heap of files does not keep the seals waiting.
CELERY_TASK_ROUTES = {
    "scanning.tasks.sweep": {"queue": "celery"},
    # They wait for machines of others, for ten seconds perhaps.
    "scanning.tasks.*webhook*": {"queue": "celery"},
    "scanning.*": {"queue": "scan"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # nothing of its plan is worth keeping

EMAIL_BACKEND = env.text(
    "PORTAL_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = PORTAL_VAR / "mail"
EMAIL_HOST = env.text("PORTAL_EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("PORTAL_EMAIL_PORT", default=25)
EMAIL_TIMEOUT = 10  # seconds: an invitation is mailed while somebody waits
DEFAULT_FROM_EMAIL = env.text("PORTAL_EMAIL_FROM", "portal@localhost")

# ── Wagtail ───────────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = "Cổng an toàn văn bản điện tử"
WAGTAILADMIN_BASE_URL = PORTAL_BASE_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.core.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("PORTAL_LOG_LEVEL", "INFO")},
    "loggers": {
        # It writes down what was typed as a user name, which may be a password.
        "axes": {"level": "ERROR"},
        # Every sweep would say that it came and went.
        "celery": {"level": "WARNING"},
        # Its own trail of pages; ours says who did it.
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        # One line for each step of each page, and each table of each font.
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
