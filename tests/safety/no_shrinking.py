"""A plugin of pytest: what hypothesis finds is not made smaller, where only that it finds something is asked for."""

from hypothesis import Phase, settings

settings.register_profile("no shrinking", phases=(Phase.explicit, Phase.generate))
settings.load_profile("no shrinking")
