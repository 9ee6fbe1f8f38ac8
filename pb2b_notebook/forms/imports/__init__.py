"""The form of an import.

``mapping_editor`` maps columns, ``launch`` starts imports and sends refused rows again, ``form`` shows both.
"""
