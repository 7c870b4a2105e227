/* The reference systems that rules use without a reference.config: REFERENCE(name, what the id is put
 * behind). */
/* clang-format off */
REFERENCE("arachNIDS", "https://www.whitehats.com/info/IDS")
REFERENCE("bid", "https://www.securityfocus.com/bid/")
REFERENCE("bugtraq", "https://www.securityfocus.com/bid/")
REFERENCE("cve", "https://cve.mitre.org/cgi-bin/cvename.cgi?name=")
REFERENCE("et", "https://doc.emergingthreats.net/")
REFERENCE("etpro", "https://doc.emergingthreatspro.com/")
REFERENCE("exploitdb", "https://www.exploit-db.com/exploits/")
REFERENCE("McAfee", "https://vil.nai.com/vil/content/v_")
REFERENCE("md5", "https://www.threatexpert.com/report.aspx?md5=")
REFERENCE("msft", "https://technet.microsoft.com/security/bulletin/")
REFERENCE("nessus", "https://www.tenable.com/plugins/nessus/")
REFERENCE("openpacket", "https://www.openpacket.org/capture/grab/")
REFERENCE("osvdb", "http://osvdb.org/show/osvdb/")
REFERENCE("secunia", "https://www.secunia.com/advisories/")
REFERENCE("securitytracker", "http://securitytracker.com/id?")
REFERENCE("telus", "https://")
REFERENCE("threatexpert", "http://www.threatexpert.com/report.aspx?md5=")
REFERENCE("url", "https://")
REFERENCE("xforce", "http://xforce.iss.net/xforce/xfdb/")
/* clang-format on */
