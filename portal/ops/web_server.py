"""gunicorn: on this machine only, since a proxy in front of it ends TLS."""

from pathlib import Path

from portal.core import env, memory

memory.keep_for_pieces()

bind = env.text("PORTAL_BIND", f"127.0.0.1:{env.number('PORT', default=8000)}")
workers = env.number("PORTAL_WEB_WORKERS", default=2)
worker_class = "portal.ops.web_worker.TurnTakingWorker"
threads = env.number("PORTAL_WEB_THREADS", default=4)
# Longer than a large attachment takes over a slow line to reach the proxy's buffer.
timeout = 120  # seconds
graceful_timeout = 4  # seconds; honcho waits five before it kills
# Longer than a proxy or a browser keeps an idle line: whoever closes first must not be
# us, or a request that is just on its way is answered with a reset.
keepalive = 75  # seconds
max_requests, max_requests_jitter = 5000, 500
worker_tmp_dir = str(Path(env.text("PORTAL_VAR", "var")) / "tmp")
control_socket_disable = True  # it would lie outside var/
