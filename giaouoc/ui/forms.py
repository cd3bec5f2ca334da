from django.forms.renderers import TemplatesSetting


class GiaoUocRenderer(TemplatesSetting):
    """How forms look."""
