"""Signing in and what belongs to it: allauth's views under Vietnamese addresses; none for signing up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path
from django.views.generic import TemplateView

from . import views

urlpatterns = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("dang-nhap/xac-nhan/", mfa.authenticate, name="mfa_authenticate"),
    path("dang-nhap/khoa/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("dang-nhap/da-dong/", account.account_inactive, name="account_inactive"),
    path("dang-ky/", TemplateView.as_view(template_name="account/signup_closed.html"), name="account_signup"),
    path("quen-mat-khau/", account.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^quen-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("quen-mat-khau/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("moi/<str:token>/", views.invitation, name="invitation"),
    path("tai-khoan/mat-khau/", account.password_change, name="account_change_password"),
    path("tai-khoan/dat-mat-khau/", account.password_set, name="account_set_password"),
    path("tai-khoan/xac-nhan-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/bao-mat/", mfa.index, name="mfa_index"),
    path("tai-khoan/bao-mat/xac-nhan-lai/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("tai-khoan/bao-mat/ung-dung/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("tai-khoan/bao-mat/ung-dung/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tai-khoan/bao-mat/ma-khoi-phuc/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tai-khoan/bao-mat/ma-khoi-phuc/tao/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("tai-khoan/bao-mat/ma-khoi-phuc/tai/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("tai-khoan/bao-mat/khoa/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("tai-khoan/bao-mat/khoa/them/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("tai-khoan/bao-mat/khoa/xac-nhan-lai/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("tai-khoan/bao-mat/khoa/<int:pk>/bo/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("tai-khoan/bao-mat/khoa/<int:pk>/sua/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
