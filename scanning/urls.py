from django.urls import path

from scanning import views

app_name = "scanning"

urlpatterns = [
    path("tep/", views.attachments, name="list"),
    path("tep/cach-ly/", views.quarantine, name="quarantine"),
    path("tep/gui/", views.submit, name="submit"),
    path("tep/so-phan/", views.fates, name="fates"),
    path("tep/<slug:public_id>/", views.detail, name="detail"),
    path("tep/<slug:public_id>/tai-ve/", views.download, name="download"),
]
