//! The GraphQL API: the question is parsed, and answered from the objects that the stand-in knows. What it does not know, and what
//! GitHub's schema does not allow, is noted as wrong. What the token may not see is null, with an error that has the path to it.

use std::collections::{BTreeSet, HashMap};

use graphql_parser::query::{
    Definition, Document, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet, TypeCondition,
    Value as Argument, parse_query,
};
use serde_json::{Map, Value, json};

use super::proposals;
use super::schema::Check;
use super::state::{Issue, Pull, REPOSITORY, State, sha};

/// Answers a question of an account, and returns what is wrong with it.
pub fn answer(state: &mut State, (login, may): (&str, &BTreeSet<&'static str>), body: &[u8]) -> (Value, Vec<String>) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = body["query"].as_str().unwrap_or_default();
    let document: Document<'_, String> = match parse_query(text) {
        Ok(document) => document,
        Err(error) => return (json!({ "data": null }), vec![format!("it cannot be parsed: {error}")]),
    };
    let (variables, fragments) = (&body["variables"], HashMap::new());
    let mut asked = Asked { variables, fragments, may, path: Vec::new(), wrong: Vec::new(), errors: Vec::new() };
    let (mut top, mut root) = (None, "Query");
    for definition in &document.definitions {
        match definition {
            Definition::Fragment(fragment) => drop(asked.fragments.insert(fragment.name.as_str(), fragment)),
            Definition::Operation(OperationDefinition::Query(query)) => top = Some(&query.selection_set),
            Definition::Operation(OperationDefinition::SelectionSet(set)) => top = Some(set),
            Definition::Operation(OperationDefinition::Mutation(mutation)) => {
                (top, root) = (Some(&mutation.selection_set), "Mutation");
            }
            Definition::Operation(OperationDefinition::Subscription(_)) => {
                asked.wrong.push("it is no query".to_owned());
            }
        }
    }
    let mut data = Map::new();
    for field in top.map(|set| asked.fields(set, None)).unwrap_or_default() {
        asked.path = vec![json!(key(field))];
        let value = match field.name.as_str() {
            "viewer" => asked.project(&json!({ "login": login }), &field.selection_set),
            "repository" => asked.repository(state, field),
            "convertPullRequestToDraft" | "markPullRequestReadyForReview" => {
                let id = asked.variables["id"].as_str().unwrap_or_default();
                let changed = proposals::set_draft(state, id, field.name == "convertPullRequestToDraft");
                changed.map_or(Value::Null, |changed| asked.project(&changed, &field.selection_set))
            }
            other => asked.unknown(other),
        };
        data.insert(key(field), value);
    }
    let data = Value::Object(data);
    let mut check = Check { fragments: &asked.fragments, wrong: Vec::new() };
    top.into_iter().for_each(|set| check.fields(set, root, &data));
    let wrong = check.wrong;
    asked.wrong.extend(wrong);
    let mut answer = json!({ "data": data });
    if !asked.errors.is_empty() {
        answer["errors"] = Value::Array(asked.errors);
    }
    (answer, asked.wrong)
}

type Fragments<'q> = HashMap<&'q str, &'q FragmentDefinition<'q, String>>;

struct Asked<'q> {
    variables: &'q Value,
    fragments: Fragments<'q>,
    may: &'q BTreeSet<&'static str>,
    /// Where in the answer what is looked at stands.
    path: Vec<Value>,
    wrong: Vec<String>,
    errors: Vec<Value>,
}

/// The permissions that fields and the items of lists need, by their name or that of their type.
const NEEDS: [(&str, &str); 7] = [
    ("associatedPullRequests", "pull_requests=read"),
    ("pullRequest", "pull_requests=read"),
    ("Issue", "issues=read"),
    ("statusCheckRollup", "checks=read"),
    ("CheckRun", "checks=read"),
    ("StatusContext", "statuses=read"),
    ("workflowRun", "actions=read"),
];

/// The name of a field in the answer.
fn key(field: &Field<'_, String>) -> String {
    field.alias.clone().unwrap_or_else(|| field.name.clone())
}

impl<'q> Asked<'q> {
    fn unknown(&mut self, name: &str) -> Value {
        self.wrong.push(format!("there is no field '{name}'"));
        Value::Null
    }

    /// Returns the fields that are asked of an object of this type, with fragments opened.
    fn fields(&mut self, set: &'q SelectionSet<'q, String>, of: Option<&str>) -> Vec<&'q Field<'q, String>> {
        let mut found = Vec::new();
        let is = |condition: &TypeCondition<'_, String>| {
            let TypeCondition::On(name) = condition;
            of.is_none_or(|of| of == name)
        };
        for item in &set.items {
            match item {
                Selection::Field(field) => found.push(field),
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(is) {
                        found.extend(self.fields(&fragment.selection_set, of));
                    }
                }
                Selection::FragmentSpread(spread) => match self.fragments.get(spread.fragment_name.as_str()).copied() {
                    Some(fragment) if is(&fragment.type_condition) => {
                        found.extend(self.fields(&fragment.selection_set, of));
                    }
                    Some(_) => {}
                    None => self.wrong.push(format!("there is no fragment '{}'", spread.fragment_name)),
                },
            }
        }
        found
    }

    fn argument(&mut self, field: &Field<'_, String>, name: &str) -> Value {
        let argument = field.arguments.iter().find(|(argument, _)| argument == name).map(|(_, value)| value);
        match argument {
            Some(Argument::Variable(name)) => self.variables[name.as_str()].clone(),
            Some(Argument::Int(number)) => json!(number.as_i64()),
            Some(other) => json!(other.to_string()),
            None => Value::Null,
        }
    }

    fn repository(&mut self, state: &State, field: &'q Field<'q, String>) -> Value {
        let (owner, name) = (self.argument(field, "owner"), self.argument(field, "name"));
        if format!("{}/{}", owner.as_str().unwrap_or_default(), name.as_str().unwrap_or_default()) != REPOSITORY {
            let error =
                json!({ "type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve to a Repository" });
            self.errors.push(error);
            return Value::Null;
        }
        let mut answer = Map::new();
        for field in self.fields(&field.selection_set, Some("Repository")) {
            self.path = vec![json!("repository"), json!(key(field))];
            let value = match field.name.as_str() {
                "object" => self.object(state, field),
                "pullRequest" => {
                    let number = self.argument(field, "number").as_u64().unwrap_or(0);
                    let pull = state.pulls.get(&number).map(|pull| pull_object(state, pull));
                    pull.map_or(Value::Null, |pull| self.allowed("pullRequest", &pull, &field.selection_set))
                }
                other => self.unknown(other),
            };
            answer.insert(key(field), value);
        }
        Value::Object(answer)
    }

    fn object(&mut self, state: &State, field: &'q Field<'q, String>) -> Value {
        let oid = self.argument(field, "oid").as_str().unwrap_or_default().to_owned();
        if let Some((kind, message)) = state.graph_errors.get(&oid) {
            self.errors.push(json!({ "type": kind, "path": ["repository", key(field)], "message": message }));
            return Value::Null;
        }
        let brought: Vec<&Pull> = state.pulls.values().filter(|pull| pull.brought.contains(&oid)).collect();
        if brought.is_empty() && oid.starts_with("dead") {
            return Value::Null;
        }
        let pulls: Vec<Value> = brought.into_iter().map(|pull| pull_object(state, pull)).collect();
        let commit = json!({ "__typename": "Commit", "associatedPullRequests": list(pulls) });
        self.project(&commit, &field.selection_set)
    }

    /// Keeps of a value what is asked for, if the token may see it.
    fn allowed(&mut self, name: &str, value: &Value, set: &'q SelectionSet<'q, String>) -> Value {
        let needs = NEEDS.iter().find(|(of, _)| *of == name).map(|(_, needs)| needs);
        if needs.is_none_or(|needs| self.may.contains(needs)) || value.is_null() {
            return if set.items.is_empty() { value.clone() } else { self.project(value, set) };
        }
        self.errors.push(json!({ "type": "FORBIDDEN", "path": self.path, "extensions": { "saml_failure": false },
            "locations": [{ "line": 1, "column": 1 }], "message": "Resource not accessible by integration" }));
        Value::Null
    }

    /// Keeps of the items of a list what is asked for.
    fn items(&mut self, items: &[Value], set: &'q SelectionSet<'q, String>) -> Value {
        let mut kept = Vec::new();
        for (at, item) in items.iter().enumerate() {
            self.path.push(json!(at));
            kept.push(self.allowed(item["__typename"].as_str().unwrap_or_default(), item, set));
            self.path.pop();
        }
        Value::Array(kept)
    }

    /// Keeps of a value what is asked for. `first` and `last` cut a list, and its count stays.
    fn project(&mut self, value: &Value, set: &'q SelectionSet<'q, String>) -> Value {
        match value {
            Value::Array(items) => self.items(items, set),
            Value::Object(object) => {
                let mut kept = Map::new();
                for field in self.fields(set, object.get("__typename").and_then(Value::as_str)) {
                    let Some(value) = object.get(&field.name) else {
                        kept.insert(key(field), self.unknown(&field.name));
                        continue;
                    };
                    let mut value = value.clone();
                    if let Some(nodes) = value.get_mut("nodes").and_then(Value::as_array_mut) {
                        let last = self.argument(field, "last").as_u64();
                        let first = self.argument(field, "first").as_u64().or(last);
                        let most = usize::try_from(first.unwrap_or(0)).expect("because pages are small");
                        if !(1..=100).contains(&most) {
                            self.wrong.push(format!("'{}' must say how many, at most 100", field.name));
                        }
                        if last.is_some() {
                            nodes.drain(..nodes.len().saturating_sub(most));
                        }
                        nodes.truncate(most);
                    }
                    let bare = field.selection_set.items.is_empty();
                    if bare == (value.is_object() || value.is_array()) && !value.is_null() {
                        self.wrong.push(format!("'{}' must say which fields of it", field.name));
                    }
                    self.path.push(json!(key(field)));
                    let value = self.allowed(&field.name, &value, &field.selection_set);
                    self.path.pop();
                    kept.insert(key(field), value);
                }
                Value::Object(kept)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }
}

fn list(nodes: Vec<Value>) -> Value {
    json!({ "totalCount": nodes.len(), "nodes": nodes })
}

/// An account. Here the names of apps have no `[bot]`.
fn actor(login: Option<&str>) -> Value {
    let actor = |login: &str| match login.strip_suffix("[bot]") {
        Some(name) => json!({ "__typename": "Bot", "login": name }),
        None => json!({ "__typename": "User", "login": login }),
    };
    login.map_or(Value::Null, actor)
}

fn names(names: impl Iterator<Item = impl ToString>) -> Value {
    list(names.map(|name| json!({ "name": name.to_string() })).collect())
}

fn issue_object(issue: &Issue) -> Value {
    json!({ "__typename": "Issue", "number": issue.number, "title": issue.title, "state": "CLOSED", "milestone": null,
        "repository": { "nameWithOwner": issue.repository }, "labels": names(issue.labels.iter()) })
}

fn contexts(state: &State, commit: &str) -> Value {
    let upper = |word: &String| word.to_uppercase();
    let of = |(workflow, event, number): (u64, &str, u64)| json!({ "event": event, "runNumber": number, "workflow": { "databaseId": workflow } });
    let runs = state.runs.iter().filter(|run| run.commit == commit).map(|run| {
        json!({ "__typename": "CheckRun", "databaseId": run.id, "name": run.name, "status": upper(&run.status),
            "conclusion": run.conclusion.as_ref().map(upper), "checkSuite": { "app": { "slug": run.app }, "workflowRun": run.workflow.map(of) } })
    });
    let statuses =
        state.statuses.iter().filter(|(of, ..)| of == commit).map(
            |(_, context, state)| json!({ "__typename": "StatusContext", "context": context, "state": upper(state) }),
        );
    let all: Vec<Value> = runs.chain(statuses).collect();
    if all.is_empty() { Value::Null } else { json!({ "contexts": list(all) }) }
}

fn commits(state: &State, pull: &Pull) -> Vec<Value> {
    let own = [(pull.head_commit.clone(), pull.title.clone())];
    let all = if pull.commits.is_empty() { own.as_slice() } else { &pull.commits };
    let commit = |(oid, message): &(String, String)| {
        json!({ "commit": { "oid": oid, "message": message, "parents": { "totalCount": 1 },
            "statusCheckRollup": contexts(state, oid) } })
    };
    all.iter().map(commit).collect()
}

fn pull_object(state: &State, pull: &Pull) -> Value {
    let opinions = pull.reviews.iter().filter(|review| review.state != "COMMENTED").map(|review| {
        json!({ "state": review.state, "authorAssociation": review.association, "author": actor(Some(review.by)),
            "authorCanPushToRepository": review.may_write,
            "commit": { "oid": review.commit.as_ref().unwrap_or(&pull.head_commit) } })
    });
    let labeled = pull
        .labeled
        .iter()
        .map(|(name, by)| json!({ "__typename": "LabeledEvent", "label": { "name": name }, "actor": actor(*by) }));
    let word = match (&pull.merge, pull.closed) {
        (Some(_), _) => "MERGED",
        (None, true) => "CLOSED",
        (None, false) => "OPEN",
    };
    json!({
        "__typename": "PullRequest", "number": pull.number, "title": pull.title, "body": pull.body.clone().unwrap_or_default(),
        "state": word, "isDraft": pull.draft, "author": actor(pull.author), "milestone": null,
        "mergedAt": pull.merge.as_ref().map(|_| "2026-02-03T04:05:06Z"),
        "mergeCommit": pull.merge.as_ref().map(|oid| json!({ "oid": oid })),
        "baseRefName": pull.base, "baseRefOid": sha(0xba5e), "baseRepository": { "nameWithOwner": REPOSITORY },
        "headRefName": pull.head, "headRefOid": pull.head_commit,
        "headRepository": pull.head_repository.map(|name| json!({ "nameWithOwner": name })),
        "additions": 3, "deletions": 1, "changedFiles": pull.says_files.unwrap_or(pull.files.len() as u64),
        "labels": names(pull.labels.iter()), "timelineItems": list(labeled.collect()),
        "latestOpinionatedReviews": list(opinions.collect()),
        "commits": list(commits(state, pull)),
        "closingIssuesReferences": list(pull.closes.iter().map(issue_object).collect()),
    })
}
