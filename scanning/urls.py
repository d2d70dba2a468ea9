from django.urls import path

from scanning import views
from scanning.quarantine import lists
from scanning.quarantine import views as acts
from scanning.queue import views as queue
from scanning.receipts import views as receipts
from scanning.webhooks import views as webhooks

app_name = "scanning"

urlpatterns = [
    path("tep/", views.attachments, name="list"),
    path("tep/cach-ly/", views.quarantine, name="quarantine"),
    path("tep/gui/", views.submit, name="submit"),
    path("tep/so-phan/", views.fates, name="fates"),
    path("tep/khieu-nai/", lists.objections, name="objections"),
    path("tep/khieu-nai/<int:pk>/", lists.objection, name="objection"),
    path("tep/bao-nham/", lists.false_alarms, name="false-alarms"),
    path("tep/bao-nham/<int:pk>/", lists.false_alarm, name="false-alarm"),
    path("tep/tieu-huy/", lists.disposals, name="disposals"),
    path("tep/tieu-huy/<int:pk>/", lists.disposal, name="disposal"),
    path("tep/thu-hoi/", lists.recalls, name="recalls"),
    path("tep/thu-hoi/<int:pk>/", lists.clean_up, name="clean-up"),
    path("tep/hang-doi/", queue.queue, name="queue"),
    path("co-quan/ket-noi/<int:pk>/da-gui/", webhooks.deliveries, name="deliveries"),
    path(
        "co-quan/ket-noi/<int:pk>/da-gui/<int:delivery>/gui-lai/",
        webhooks.retry,
        name="retry-delivery",
    ),
    path("tep/<slug:public_id>/bien-nhan/", receipts.receipt, name="receipt"),
    path(".well-known/portal-jwks.json", receipts.public_keys, name="public-keys"),
    path("tep/<slug:public_id>/", views.detail, name="detail"),
    path("tep/<slug:public_id>/giai-phong/", acts.release, name="release"),
    path("tep/<slug:public_id>/mat-khau/", acts.give_password, name="give-password"),
    path("tep/<slug:public_id>/phan-doi/", acts.make_objection, name="object"),
    path(
        "tep/<slug:public_id>/bao-nham/",
        acts.propose_false_alarm,
        name="propose-false-alarm",
    ),
    path(
        "tep/<slug:public_id>/tieu-huy/",
        acts.propose_disposal,
        name="propose-disposal",
    ),
    path("tep/<slug:public_id>/tai-ve/", views.download, name="download"),
]
