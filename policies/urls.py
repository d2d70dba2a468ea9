"""The addresses of forms, rules, library and the page on reporting incidents."""

from django.urls import include, path, re_path

from policies.views import catalogue, downloads, manage, public, rules

app_name = "policies"

one_version = [
    path("", manage.manage_version, name="manage-version"),
    path("sua/", manage.change_version, name="change-version"),
    path("tep/", manage.put_files, name="put-files"),
    path("gui-duyet/", manage.submit, name="submit-version"),
    path("duyet/", manage.approve, name="approve-version"),
    path("tra-lai/", manage.return_version, name="return-version"),
]

one_rule = [
    path("", rules.rule, name="rule"),
    path("xac-nhan/", rules.acknowledge, name="acknowledge"),
    path("gui-duyet/", rules.submit, name="submit-rule"),
    path("duyet/", rules.approve, name="approve-rule"),
    path("tra-lai/", rules.return_version, name="return-rule"),
]

urlpatterns = [
    path("bieu-mau/", catalogue.forms, name="forms"),
    path("bieu-mau/<slug:code>/", catalogue.form, name="form"),
    path("bieu-mau/<slug:code>/<int:number>/", catalogue.version, name="version"),
    re_path(
        r"^bieu-mau/(?P<code>[-\w]+)/tai-ve/(?P<kind>pdf|docx|odt)$",
        downloads.download,
        name="download",
    ),
    re_path(
        r"^bieu-mau/(?P<code>[-\w]+)/(?P<number>\d{1,6})/tai-ve/(?P<kind>pdf|docx|odt)$",
        downloads.version_download,
        name="version-download",
    ),
    path("van-ban/", public.library, name="library"),
    path("bao-su-co/", public.report_incident, name="report-incident"),
    path("quan-ly-bieu-mau/", manage.manage_forms, name="manage-forms"),
    path("quan-ly-bieu-mau/moi/", manage.new_form, name="new-form"),
    path(
        "quan-ly-bieu-mau/<slug:code>/phien-ban-moi/",
        manage.new_version,
        name="new-version",
    ),
    path("quan-ly-bieu-mau/<slug:code>/<int:number>/", include(one_version)),
    path("quy-che/", rules.rules, name="rules"),
    path("quy-che/soan/", rules.new_rule, name="new-rule"),
    path("quy-che/<slug:slug>/soan/", rules.new_wording, name="new-wording"),
    path("quy-che/<slug:slug>/<int:pk>/", include(one_rule)),
]
