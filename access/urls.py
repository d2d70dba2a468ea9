from django.urls import path

from access.views import (
    accounts,
    agencies,
    codes,
    invitation,
    notices,
    own_account,
    sign_in,
    trail,
)

app_name = "access"

urlpatterns = [
    path("dang-nhap/", sign_in.sign_in, name="sign-in"),
    path("dang-nhap/ma-xac-thuc/", sign_in.second_factor_step, name="second-factor"),
    path(
        "dang-nhap/ma-khoi-phuc/",
        sign_in.second_factor_step,
        {"is_recovery": True},
        name="recovery-code",
    ),
    path("dang-xuat/", sign_in.sign_out, name="sign-out"),
    path("loi-moi/<str:token>/", invitation.invitation, name="invitation"),
    path("tai-khoan/", own_account.own_account, name="own-account"),
    path("tai-khoan/don-vi/", own_account.choose_agency, name="choose-agency"),
    path("tai-khoan/mat-khau/", own_account.password, name="password"),
    path("tai-khoan/ma-khoi-phuc/", codes.recovery_codes, name="recovery-codes"),
    path("tai-khoan/ma-khoi-phuc/moi/", codes.new_codes, name="new-recovery-codes"),
    path(
        "tai-khoan/phien/ket-thuc/", own_account.end_all_sessions, name="end-sessions"
    ),
    path(
        "tai-khoan/phien/<int:pk>/ket-thuc/",
        own_account.end_session,
        name="end-session",
    ),
    path("tai-khoan-don-vi/", accounts.accounts, name="accounts"),
    path("tai-khoan-don-vi/moi/", accounts.invite, name="invite"),
    path("tai-khoan-don-vi/<int:pk>/", accounts.account, name="account"),
    path(
        "tai-khoan-don-vi/<int:pk>/loi-moi/",
        accounts.account_invitation,
        name="account-invitation",
    ),
    path("tai-khoan-don-vi/<int:pk>/dinh-chi/", accounts.suspend, name="suspend"),
    path("tai-khoan-don-vi/<int:pk>/mo-lai/", accounts.reopen, name="reopen"),
    path(
        "tai-khoan-don-vi/quyen/<int:pk>/xac-nhan/",
        accounts.confirm_right,
        name="confirm-right",
    ),
    path(
        "tai-khoan-don-vi/quyen/<int:pk>/cham-dut/",
        accounts.end_right,
        name="end-right",
    ),
    path("co-quan/", agencies.agencies, name="agencies"),
    path("co-quan/<int:pk>/", agencies.agency, name="agency"),
    path("nhat-ky/", trail.trail, name="audit"),
    path("thong-bao/", notices.notices, name="notices"),
    path("thong-bao/<int:pk>/", notices.notice, name="notice"),
]
