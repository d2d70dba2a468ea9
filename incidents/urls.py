from django.urls import path

from incidents.views import incident, lists, minutes, reporting

app_name = "incidents"

urlpatterns = [
    path("su-co/", lists.incidents, name="incidents"),
    path("su-co/moi/", lists.new, name="new"),
    path("su-co/<slug:number>/", incident.incident, name="incident"),
    path("su-co/<slug:number>/bo-sung/", incident.change, name="change"),
    path(
        "su-co/<slug:number>/thoi-diem-phat-hien/",
        incident.correct_detection,
        name="correct-detection",
    ),
    path("su-co/<slug:number>/bien-phap/", incident.measure, name="measure"),
    path("su-co/<slug:number>/chung-cu/", incident.evidence, name="evidence"),
    path("su-co/<slug:number>/chuyen/<slug:name>/", incident.move, name="move"),
    path("su-co/<slug:number>/vuot-kha-nang/", reporting.escalate, name="escalate"),
    path(
        "su-co/<slug:number>/bao-cao/<int:step>/da-bao/",
        reporting.outside,
        name="outside",
    ),
    path(
        "su-co/<slug:number>/nghia-vu/<int:duty>/",
        reporting.duty_done,
        name="duty-done",
    ),
    path("su-co/<slug:number>/tiep-nhan/", reporting.acknowledge, name="acknowledge"),
    path("su-co/<slug:number>/chi-dao/", reporting.directive, name="directive"),
    path(
        "su-co/<slug:number>/chi-dao/<int:directive>/da-nhan/",
        reporting.acknowledge_directive,
        name="acknowledge-directive",
    ),
    path("su-co/<slug:number>/bien-ban/", minutes.minutes, name="minutes"),
    path(
        "su-co/<slug:number>/bien-ban/<slug:code>.pdf",
        minutes.download,
        name="minutes-file",
    ),
]
