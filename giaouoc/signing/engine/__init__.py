"""Chữ ký trên tệp PDF: fields, signatures, seal and verification. Knows no database and no Django."""
