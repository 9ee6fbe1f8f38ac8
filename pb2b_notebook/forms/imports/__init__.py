"""The import form. In order: lead sources, mapping editor, launch, form."""
