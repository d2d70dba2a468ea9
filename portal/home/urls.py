from django.urls import path

from portal.home import views

app_name = "home"

urlpatterns = [
    path("", views.front, name="front"),
    path("bang-dieu-khien/", views.dashboard, name="dashboard"),
    path("kiem-tra/", views.verify, name="verify"),
    path("giao-dien/", views.choose_theme, name="theme"),
    path("ngon-ngu/", views.choose_language, name="language"),
]
