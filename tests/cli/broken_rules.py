"""Rules that are broken on purpose: the code that each must give, and the rule with marks around the place.

Options stand in a rule that is fine without them: protocol first, "tcp: options"; a text that begins with "alert" is taken whole.
"""
BROKEN = [
    # not accepted by the parser
    ("unknown-keyword", 'tcp: «contnet»:"abcdef";'),
    ("unknown-keyword", 'tcp: content:"abcdef"; «no_case»;'),
    ("unknown-keyword", 'http: «http.usr_agent»; content:"abcdef";'),
    ("unknown-keyword", 'tcp: content:"abcdef"; «xyzzy»:1;'),
    ("unknown-keyword", 'alert tcp any any -> any any (msg:"t"; content:"abcdef"; \\\n  «depht»:10; classtype:misc-activity; sid:1; rev:1;)'),
    ("undefined-variable", 'alert tcp «$HOMENET» any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("undefined-variable", 'alert tcp any any -> any «$HTTP_PORT» (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("undefined-variable", 'alert tcp [10.0.0.0/8,!«$LAB»] any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", '«alrt» tcp any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert «tpc» any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert tcp «10.0.0.0/33» any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert tcp any «70000» -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert tcp any any «<-» any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert tcp any any -> any «(»msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert tcp «[»10.0.0.1,10.0.0.2 any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
    ("refused", 'alert tcp any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1«)»'),
    ("refused", '«alert» tcp any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; rev:1;)'),
    ("refused", 'tcp: content:"abcdef"« nocase»;'),
    ("refused", 'tcp: content:«"abcdef»; nocase;'),
    ("refused", 'tcp: content:«abcdef»;'),
    ("refused", 'tcp: content:"|4«g|"»;'),
    ("refused", 'tcp: content:"abc«|41"»;'),
    ("refused", 'tcp: «nocase»; content:"abcdef";'),
    ("refused", 'tcp: content:"abcdef"; nocase; «nocase»;'),
    ("refused", 'tcp: content:"abcdef"; depth:«ten»;'),
    ("refused", 'tcp: content:"abcdef"; depth:10; distance:«2»;'),
    ("refused", 'tcp: content:"abcdef"; offset:«-1»;'),
    ("refused", 'tcp: content:"abcdef"; within:10; «startswith»;'),
    ("refused", 'tcp: content:"abcdef"; pcre:"/(abc«/"»;'),
    ("refused", 'tcp: content:"abcdef"; pcre:"/abc/«k"»;'),
    ("refused", 'tcp: content:"abcdef"; byte_test:«4,>,1»;'),
    ("refused", 'tcp: content:"abcdef"; flow:«to_server,to_client»;'),
    ("refused", 'tcp: content:"abcdef"; flow:«to_sever»;'),
    ("refused", 'tcp: content:"abcdef"; flowbits:«sett,abc»;'),
    ("refused", 'tcp: content:"abcdef"; threshold:«type limit, track by_src»;'),
    ("refused", 'tcp: content:"abcdef"; fast_pattern; content:"ghijkl"; «fast_pattern»;'),
    ("refused", 'tcp: content:"abcdef"; bsize:«6»;'),
    ("refused", 'http: http.uri; «http.host»; content:"abcdef";'),
    ("refused", 'http: content:"abcdef"; «http.uri»;'),
    ("refused", 'tcp: content:"abcdef"; reference:«cve»;'),
    ("refused", 'tcp: content:"abcdef"; priority:«high»;'),
    ("refused", 'tcp: content:"abcdef"; dsize:«abc»;'),
    ("not-supported", 'tcp: content:"abcdef"; «lua»:x.lua;'),
    # wrong place, direction or protocol
    ("direction-conflict", 'http: «flow:to_client»; http.uri; content:"abcdef";'),
    ("direction-conflict", 'http: «flow:established,to_server»; http.stat_code; content:"404x";'),
    ("wrong-protocol", 'dns: «http.uri»; content:"abcdef";'),
    ("wrong-protocol", 'udp: «flags:S»; content:"abcdef";'),
    ("wrong-protocol", 'tcp: content:"abcdef"; «itype:8»;'),
    # never true
    ("never-matches", 'tcp: content:"abcdef"; depth:«3»;'),
    ("never-matches", 'tcp: content:"abcdef"; «dsize:<4»;'),
    ("never-matches", 'tcp: dsize:10; content:"abcdef"; «isdataat:20»;'),
    ("never-matches", 'http: http.uri; content:"abcdef"; «bsize:<4»;'),
    ("never-matches", 'http: http.uri; content:"abcdef"; content:"xyz"; distance:2; «bsize:5<>9»;'),
    ("never-matches", 'http: urilen:<5; http.uri; «content:"/abcdef"»;'),
    ("never-matches", 'tcp: content:"abcdef"; isdataat:!1,relative; «content:"xyz"»; within:10;'),
    ("never-matches", 'tcp: content:"abcdef"; «isdataat:!4»;'),
    ("never-matches", 'http: http.method; content:"GETX"; startswith; «content:"POST"»; startswith;'),
    ("never-matches", 'http: http.uri; content:"/abcdef"; «content:!"bcd"»;'),
    ("never-matches", 'http: http.uri; content:"abc.exe"; endswith; «content:".dll"»; endswith;'),
    ("never-matches", 'tcp: content:"abcd"; offset:4; depth:4; «content:"xy"»; offset:6; depth:2;'),
    # costly
    ("no-fast-pattern", 'udp: «byte_test:1,&,8,3»;'),
    ("no-fast-pattern", 'tcp: «content:!"abcdef"»;'),
    ("weak-fast-pattern", 'http: http.uri; «content:"a="»;'),
    ("pcre-without-content", 'http: http.uri; «pcre:"/abc[0-9]+/"»;'),
    ("pcre-without-content", 'http: http.method; content:"GET"; http.uri; «pcre:"/abc[0-9]+/"»;'),
    ("catastrophic-pcre", 'tcp: content:"abcdef"; pcre:"/abcdef«(a+)+»$/";'),
    ("catastrophic-pcre", 'tcp: content:"abcdef"; pcre:"/abcdef«(\\d|\\w)+»#x/R";'),
    ("catastrophic-pcre", 'tcp: content:"abcdef"; pcre:"/x«(?:[a-z]+\\s*)*»=/i";'),
    ("catastrophic-pcre", 'tcp: content:"abcdef"; pcre:"/^abc«(?:(?:%[0-9a-f]{2}|[^&])+&)+»z/";'),
    ("catastrophic-pcre", 'tcp: content:"abcdef"; pcre:"/^[^#]+«(\\w+\\/?)+»\\.(jsp|php)#/";'),
    # wrong order
    ("variable-order", 'tcp: content:"abcdef"; «byte_test:1,>,size,0»; byte_extract:1,0,size;'),
    ("variable-order", 'tcp: content:"abcdef"; content:"ghijkl"; «offset:where»; byte_extract:1,0,where,string,dec;'),
    ("variable-order", 'tcp: content:"abcdef"; «byte_jump:count,0»; byte_math:bytes 1, offset 0, oper +, rvalue 3, result count;'),
    ("state-order", 'tcp: content:"abcdef"; flowint:seen,+,1; «flowint:seen,>,3»;'),
    ("state-order", 'tcp: content:"abcdef"; flowbits:set,mine; «flowbits:isset,mine»;'),
    ("state-order", 'tcp: content:"abcdef"; xbits:set,mine,track ip_src; «xbits:isset,mine,track ip_src»;'),
    # what a rule says of itself, and of others
    ("missing-rev", 'alert tcp any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; «sid:1»;)'),
    ("missing-msg", 'alert tcp any any -> any any (content:"abcdef"; classtype:misc-activity; «sid:1»; rev:1;)'),
    ("missing-classtype", 'alert tcp any any -> any any (msg:"t"; content:"abcdef"; «sid:1»; rev:1;)'),
    ("flowbit-never-set", 'tcp: content:"abcdef"; «flowbits:isset,nobody.sets»;'),
    ("flowbit-never-read", 'tcp: content:"abcdef"; «flowbits:set,nobody.reads»;'),
    ("flowbit-never-set", 'tcp: content:"abcdef"; «xbits:isset,nobody,track ip_src»;'),
    ("deprecated-form", 'http: content:"abcdef"; «http_uri»;'),
    ("deprecated-form", 'dns: «dns_query»; content:"abcdef";'),
    ("deprecated-form", 'tcp: content:"abcdef"; «rawbytes»;'),
    ("unknown-code", '# sluice: disable=«no-such-code»\nalert tcp any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:1; rev:1;)'),
]


def whole(text):
    """The rule with its marks still in it."""
    if text.startswith(("alert", "«", "#")):
        return text
    protocol, options = text.split(": ", 1)
    return 'alert %s any any -> any any (msg:"t"; %s classtype:misc-activity; sid:1; rev:1;)' % (protocol, options)


def unmark(marked):
    """(rule, line, column, end_column) of a rule with marks, all from 1."""
    at, end = marked.index("«"), marked.index("»") - 1
    rule = marked.replace("«", "").replace("»", "")
    line, start = rule[:at].count("\n") + 1, rule[:at].rfind("\n") + 1
    return rule, line, at - start + 1, end - start + 1
