//! What flaws are called, as lists of phrases between commas.

/// What is known of a sort of flaws.
pub(super) struct Known {
    /// Its members in the Common Weakness Enumeration, version 4.
    pub(super) cwes: &'static str,
    /// Its usual full names, and how people write that it is repaired: of a flaw of this sort they say enough alone.
    pub(super) names: &'static str,
    /// Phrases that are used for little else, and not for the flaw alone.
    pub(super) plain: &'static str,
    /// Nouns of its names that are used for other things too: of a flaw of this sort they say enough beside a word of the place.
    pub(super) nouns: &'static str,
    /// Phrases that are used for other things too.
    pub(super) vague: &'static str,
}

pub(super) const SORTS: &[Known] = &[
    Known {
        cwes: "CWE-119,CWE-120,CWE-121,CWE-122,CWE-125,CWE-126,CWE-127,CWE-129,CWE-787,CWE-788",
        names: "out of bounds read,out of bounds write,out of bounds access,out of bounds memory,oob,overread,buffer over read,\
            buffer overflow,buffer overrun,heap overflow,heap smash,stack smash,memory corruption,heap corruption",
        plain: "out of bounds,outofbounds,over read,over write,stack overflow,past the end,past its buffer,past the buffer,\
            beyond the end,beyond the buffer,beyond its buffer,memory safety",
        nouns: "overflow,overrun",
        vague: "bounds,overflow,overrun,buffer,too far,length check,segfault,crash",
    },
    Known {
        cwes: "CWE-415,CWE-416",
        names: "use after free,uaf,double free,dangling pointer,memory corruption",
        plain: "",
        nouns: "",
        vague: "freed,dangling,lifetime,crash",
    },
    Known {
        cwes: "CWE-190,CWE-191",
        names: "integer overflow,integer underflow",
        plain: "wrap around,wraparound",
        nouns: "overflow,underflow",
        vague: "overflow,underflow,checked arithmetic",
    },
    Known {
        cwes: "CWE-79,CWE-80",
        names: "xss,xssi,cross site scripting,script injection,javascript injection,js injection,html injection",
        plain: "",
        nouns: "injection",
        vague: "escape,unescaped,sanitize,sanitise,script,inject,markup",
    },
    Known {
        cwes: "CWE-22,CWE-23,CWE-24,CWE-36,CWE-59,CWE-73",
        names: "path traversal,directory traversal,zip slip,zipslip",
        plain: "traversal,dot dot,path escape,arbitrary file,outside the directory,outside of the directory,outside the target,\
            outside of the target",
        nouns: "",
        vague: "escape,leave the directory,canonical path,symlink",
    },
    Known {
        cwes: "CWE-400,CWE-407,CWE-409,CWE-674,CWE-730,CWE-770,CWE-776,CWE-789,CWE-834,CWE-835,CWE-1333",
        names: "denial of service,ddos,redos,re dos,fix dos,fix a dos,prevent dos,prevent a dos,avoid dos,mitigate dos,\
            mitigate a dos,against dos,possible dos,potential dos,\
            dos attack,dos vulnerability,regex dos,regular expression dos,hash flooding,billion laughs,zip bomb,\
            decompression bomb,resource exhaustion,memory exhaustion,\
            catastrophic backtracking",
        plain: "dos,exhaust memory,exhaust the memory",
        nouns: "bomb,exhaustion",
        vague: "exhaust,quadratic,exponential,hang,expansion,out of memory,recursion",
    },
    Known {
        cwes: "CWE-284,CWE-285,CWE-287,CWE-288,CWE-290,CWE-303,CWE-304,CWE-306,CWE-308,CWE-345,CWE-347,CWE-639,CWE-862,CWE-863",
        names: "auth bypass,authn bypass,authz bypass,authentication bypass,authorization bypass,access control bypass,2fa bypass,\
            mfa bypass,otp bypass,two factor bypass,bypass 2fa,bypass mfa,bypass two factor,bypass auth,bypass authentication,\
            authorization header bypass,authentication header bypass,bypass the authorization header,\
            bypass the authentication,bypass authorization,bypass the authorization,improper authentication,\
            improper authorization,incorrect authorization,missing authentication,missing authorization,broken access control,\
            improper access control,idor,unauthorized access,account takeover,take over account",
        plain: "",
        nouns: "bypass,authn,authz,authentication,authorization,authorisation",
        vague: "access control,bypass,authentication,authentic,auth,authorization,unauthenticated,impersonate,forged",
    },
    Known {
        cwes: "CWE-89,CWE-564",
        names: "sql injection,sqli",
        plain: "",
        nouns: "injection",
        vague: "inject,escape,parameterized",
    },
    Known {
        cwes: "CWE-74,CWE-77,CWE-78,CWE-94,CWE-95,CWE-502,CWE-917,CWE-1336",
        names: "rce,remote code execution,arbitrary code execution,command injection,code injection,shell injection,\
            cmd injection,eval injection,template injection,ssti,object injection,arbitrary command,insecure deserialization,\
            unsafe deserialization",
        plain: "arbitrary code",
        nouns: "injection",
        vague: "inject,deserialize,eval,quoting",
    },
    Known {
        cwes: "CWE-918",
        names: "ssrf,server side request forgery",
        plain: "",
        nouns: "forgery",
        vague: "forgery,internal address,loopback",
    },
    Known {
        cwes: "CWE-352",
        names: "csrf,xsrf,cross site request forgery",
        plain: "",
        nouns: "forgery",
        vague: "forgery,same site",
    },
    Known {
        cwes: "CWE-200,CWE-201,CWE-203,CWE-208,CWE-209,CWE-312,CWE-319,CWE-385,CWE-532",
        names: "information disclosure,information leak,info leak,data leak,data exposure,timing attack,timing side channel,\
            timing oracle,timing leak",
        plain: "side channel",
        nouns: "disclosure,exposure",
        vague: "disclose,leak,expose,constant time",
    },
    Known {
        cwes: "CWE-250,CWE-266,CWE-269",
        names: "privilege escalation,escalation of privilege,elevation of privilege,escalate privilege,privesc",
        plain: "",
        nouns: "escalation",
        vague: "privilege,escalate,sudo",
    },
    Known {
        cwes: "CWE-1321",
        names: "prototype pollution,proto pollution",
        plain: "",
        nouns: "pollution",
        vague: "proto,pollute",
    },
    Known { cwes: "CWE-601", names: "open redirect", plain: "", nouns: "", vague: "redirect" },
    Known { cwes: "CWE-611", names: "xxe,external entity", plain: "", nouns: "", vague: "entity" },
    Known {
        cwes: "CWE-444,CWE-113",
        names: "request smuggling,response splitting",
        plain: "",
        nouns: "smuggling",
        vague: "smuggle",
    },
    named("CWE-384", "session fixation", "fixation"),
    named("CWE-1021", "click jacking,clickjacking,ui redressing", ""),
    named(
        "CWE-93,CWE-113,CWE-644",
        "crlf injection,header injection,host header attack,host header poisoning",
        "injection",
    ),
    named("CWE-90", "ldap injection", "injection"),
    named("CWE-117", "log injection,log forging", "injection"),
    named("CWE-1236", "csv injection,formula injection", "injection"),
    named("CWE-943", "nosql injection,no sql injection", "injection"),
    named("CWE-349,CWE-525", "cache poisoning,cache deception", "poisoning"),
    named("CWE-915", "mass assignment,over posting", ""),
    named(
        "CWE-203,CWE-204",
        "user enumeration,username enumeration,account enumeration,email enumeration",
        "enumeration",
    ),
    named("CWE-346,CWE-942", "cors misconfiguration,cors bypass,misconfigured cors", ""),
    named("CWE-307", "brute force,credential stuffing", ""),
    named(
        "CWE-295,CWE-296,CWE-297,CWE-599",
        "certificate validation,certificate verification,cert validation,cert verification,validate certificate,\
            verify certificate,hostname verification",
        "",
    ),
    named("CWE-362,CWE-366,CWE-367", "race condition,toctou,time of check", "race"),
    named("CWE-22,CWE-73,CWE-98", "file inclusion,lfi,rfi", "inclusion"),
    named("CWE-327,CWE-347,CWE-757", "algorithm confusion,alg confusion,key confusion", "confusion"),
    named("CWE-843", "type confusion", "confusion"),
];

/// Makes what is known of a sort that has no other phrases.
const fn named(cwes: &'static str, names: &'static str, nouns: &'static str) -> Known {
    Known { cwes, names, plain: "", nouns, vague: "" }
}

/// Words that tell of a flaw, whatever it is.
pub(super) const TELLING: &str = "vulnerability,vulnerable,vuln,exploit,exploitable,zero day,0day,attacker,malicious,\
    proof of concept,bug bounty,responsible disclosure,coordinated disclosure,embargo,security fix,security issue,security bug,\
    security hole,security flaw,security problem,security patch,security advisory,cve,ghsa,hackerone";

/// Words that may tell of one.
pub(super) const HINTING: &str = "security,secure,insecure,crafted,untrusted,hardening,unsafe,attack,advisory,poc";

/// What flaws lead to, and parts of their names, that are used for nothing else, whatever the sort: who repairs a flaw may call it by its
/// effect. The names of all sorts are as good, but for those of [`PERHAPS`].
pub(super) const ANYWHERE: &str =
    "out of bounds,type confusion,arbitrary file,arbitrary code,request forgery,sandbox escape";

/// Names of flaws that are used for other things too, and words for how they are found.
pub(super) const PERHAPS: &str = "dos,ddos,stack overflow,integer overflow,integer underflow,null pointer,code execution,asan,ubsan,\
    msan,address sanitizer,oss fuzz,hijack,undefined behaviour,undefined behavior";

/// Names of flaws that are used for ordinary work as often: they tell of nothing but a flaw of their own sort.
pub(super) const OWN: &str = "race condition,toctou,time of check,brute force,mass assignment,certificate validation,\
    certificate verification,cert validation,cert verification,validate certificate,verify certificate,hostname verification,\
    host header attack,rfi";

/// Things of every day that have a word of a flaw in their name: nothing of such a name tells but the full name of the very sort.
pub(super) const EVERY_DAY: &str = "dependency injection,constructor injection,field injection,setter injection,property injection,\
    method injection,authorization header,authorization code,authorization server,authorization endpoint,authentication header,\
    authentication provider,csrf token,xsrf token,anti csrf,csrf protection,authorization bearer,promise race,race detector";

/// Things that have the full name of a sort in theirs: a header, a package, rules of linters. Nothing of such a name tells.
pub(super) const CALLED_SO: &str = "x xss protection,node modules xss,detect sql injection,plugin sql injection,rule sql injection,\
    semgrep p sql injection,config p sql injection";

/// Words with other meanings that code has as functions, headers and options: in files they tell nothing.
pub(super) const OF_CODE: &str = "inject,injection,auth,authn,authz,authentication,authorization,authorisation,race";

/// Phrases that explain words of flaws near them: nothing of the product has the flaw.
pub(super) const EXPLAINING: &str = "css,stylesheet,small screen,in test,in the test,in ci,dos line,overflow answer";
