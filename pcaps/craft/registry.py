"""The list of captures: a theme's functions enter themselves here with `pair` (both captures of a rule) or `single`."""
CAPTURES = {}  # file name below pcaps/ -> Capture


class Capture:
    def __init__(self, name, origin, shows, expected, write):
        self.name, self.origin, self.shows, self.expected, self.write = name, origin, shows, expected, write


def origin_of(function):
    return "%s.%s" % (function.__module__.replace("craft.", ""), function.__name__)


def enter(name, function, shows, expected, write):
    if name in CAPTURES:
        raise ValueError("two captures are called " + name)
    CAPTURES[name] = Capture(name, origin_of(function), shows, expected, write)


def pair(sid, hit, miss, alert=None, others=None):
    """A function talk, hit -> None that fills in the talk of the capture that alerts, and of the near miss.

    `alert` is the expected {sid: count} of the first, {sid: 1} if not given; `others` that of the near miss, which
    never holds `sid` itself.
    """
    def add(function):
        from . import files
        from .talk import Talk

        def writer(which):
            def write():
                talk = Talk()
                function(talk, which)
                return files.pcap(talk.packets)
            return write

        enter("%d-alert.pcap" % sid, function, hit, alert or {sid: 1}, writer(True))
        enter("%d-miss.pcap" % sid, function, miss, others or {}, writer(False))
        return function
    return add


def single(name, shows, expected):
    """A function () -> the bytes of one capture file."""
    def add(function):
        enter(name, function, shows, expected, function)
        return function
    return add
