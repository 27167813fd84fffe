//! Whether a line lacks the code that a fix repairs.

use serde_json::{Value, json};

use super::{entry, json as ask};
use crate::support::Repo;

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
    [[line]]\nname = \"1.8\"\nbranch = \"release/1.8\"\n";

/// What is said of line 1.8, which has a file of its own in the place of one of main that a fix repairs.
fn not_needed(own: (&str, &str), file: &str, [before, fixed]: [&str; 2]) -> Value {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Begin", [own]);
    repo.cut_line("1.8");
    repo.tag_release("v1.8.0", "1.8");
    repo.git(["rm", "-q", own.0]);
    repo.git(["commit", "-q", "-m", "Write it anew"]);
    repo.land_fix("Add it", [(file, before)]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.pick("2.0", repo.squash_merge(7, "Do not stop", "", [(file, fixed)]));
    entry(&ask(&repo, &["--target", "2.0.1"]), "Do not stop").get("not-needed").cloned().unwrap_or(Value::Null)
}

const C: &str = "static int total(const struct seq *seq)\n{\n    int sum = 0;\n    const struct item *at = seq->first;\n\n\
    \x20   while (at) {\n        sum += at->size;\n        at = at->next;\n    }\n    return sum;\n}\n";

const PYTHON: &str = "def total(items):\n    result = 0\n    for item in items:\n        if item.price > 0:\n            \
    result += item.price\n    return result\n";

#[test]
fn code_that_was_renamed_throughout_is_not_absent() {
    let c = [C, &C.replace("sum += at->size;", "sum = add(sum, at->size);")];
    let python = [PYTHON, &PYTHON.replace("item.price > 0", "item.price is not None and item.price > 0")];
    let old_c = "int count_bytes(const struct list *l)\n{\n\tint n = 0;\n\tconst struct node *p = l->head;\n\n\
        \twhile (p) {\n\t\tn += p->bytes;\n\t\tp = p->tail;\n\t}\n\treturn n;\n}\n";
    let old_python = "def cost(lines):\n    value = 0\n    for line in lines:\n        if line.cost > 0:\n            \
        value += line.cost\n    return value\n";
    let other_c = "void greet(const struct user *user)\n{\n\tif (user->name)\n\t\tprintf(\"%s\", user->name);\n\telse\n\
        \t\tputs(\"you\");\n\tuser->seen(user, user->name);\n}\n";
    let other_python = "def greet(user):\n    if user.name:\n        return 'Hello ' + user.name\n    user.visits.append(now())\n    \
        return None\n";
    let absent = json!([{ "line": "1.8", "because": "code absent" }]);
    for (own, file, fix, expected) in [
        (("src/list.c", old_c), "src/seq.c", c, Value::Null),
        (("lib/list.c", old_c), "src/seq.c", c, Value::Null),
        (("lib/seq.cc", other_c), "src/seq.c", c, Value::Null),
        (("lib/seq.js", other_c), "src/seq.c", c, absent.clone()),
        (("list.py", old_python), "seq.py", python, Value::Null),
        (("src/list.c", other_c), "src/seq.c", c, absent.clone()),
        (("list.py", other_python), "seq.py", python, absent),
    ] {
        assert_eq!(not_needed(own, file, fix), expected, "{own:?}");
    }
}
