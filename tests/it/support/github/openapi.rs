//! GitHub's own description of its API, against which every request and every answer is held.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::http::decode;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let mut description: Value =
        serde_json::from_str(include_str!("openapi.json")).expect("because the description is JSON");
    // The repository of a head that was deleted is null, which the description leaves out ("repo" of "head" in the payloads of
    // "Webhook events and payloads").
    let head = description.pointer_mut("/components/schemas/pull-request/properties/head/properties/repo");
    let head = head.expect("because pull requests have a head");
    *head = json!({ "allOf": [head.take()], "nullable": true });
    // The description leaves out the state that its own words name: "This may leave an empty asset with a state of `starter`"
    // ("Upload a release asset").
    let states = description.pointer_mut("/components/schemas/release-asset/properties/state/enum");
    states.and_then(Value::as_array_mut).expect("because files have a state").push(json!("starter"));
    open_nullable(&mut description);
    description
});

static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Turns the `nullable` of OpenAPI 3.0 into what JSON Schema says for it.
fn open_nullable(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(open_nullable),
        Value::Object(map) => {
            map.values_mut().for_each(open_nullable);
            // A property of this name has a schema as its value.
            if map.get("nullable").is_some_and(Value::is_boolean) && map.remove("nullable") == Some(json!(true)) {
                *value = json!({ "anyOf": [{ "type": "null" }, Value::Object(std::mem::take(map))] });
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// One operation of the API.
#[derive(Clone)]
pub struct Operation {
    template: String,
    method: String,
    /// The values of the variable parts of the path, decoded.
    pub arguments: HashMap<String, String>,
}

impl Operation {
    /// Finds the operation that a request is for.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        let method = method.to_ascii_lowercase();
        let paths = DESCRIPTION["paths"].as_object().expect("because the description has paths");
        paths.iter().filter(|(_, methods)| methods.get(&method).is_some()).find_map(|(template, _)| {
            let arguments = match_path(template, path)?;
            Some(Self { template: template.clone(), method: method.clone(), arguments })
        })
    }

    /// Returns the path as the description writes it, without the repository.
    pub fn name(&self) -> (&str, &str) {
        (&self.method, self.template.strip_prefix("/repos/{owner}/{repo}").unwrap_or(&self.template))
    }

    fn value(&self) -> &Value {
        &DESCRIPTION["paths"][&self.template][&self.method]
    }

    fn pointer(&self, below: &str) -> String {
        format!("/paths/{}/{}{below}", self.template.replace('~', "~0").replace('/', "~1"), self.method)
    }

    /// Returns what is wrong with the query and the body of a request.
    pub fn wrong_request(&self, query: &str, content: Option<&str>, body: &[u8]) -> Vec<String> {
        let mut wrong = Vec::new();
        let known: Vec<&str> = self.parameters().filter_map(|parameter| parameter["name"].as_str()).collect();
        for (name, _) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            wrong.extend((!known.contains(&name)).then(|| format!("the query has '{name}'")));
        }
        let needed = self.parameters().filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        for name in needed.filter_map(|parameter| parameter["name"].as_str()) {
            let there = query.split('&').any(|pair| pair.split_once('=').is_some_and(|(key, _)| key == name));
            wrong.extend((!there).then(|| format!("the query lacks '{name}'")));
        }
        if let Some(kinds) = self.value()["requestBody"]["content"].as_object()
            && !kinds.contains_key("application/json")
        {
            let is_one = content.is_some_and(|content| kinds.contains_key(content));
            wrong.extend((!is_one).then(|| format!("its 'content-type' is {content:?}")));
            return wrong;
        }
        let schema = "/requestBody/content/application~1json/schema";
        match (self.value().pointer(schema), body.is_empty()) {
            (Some(_), _) => wrong.extend(Self::wrong_body(&self.pointer(schema), body)),
            (None, true) => {}
            (None, false) => wrong.push("it has a body".to_owned()),
        }
        wrong
    }

    /// Returns what is wrong with the body of an answer. A refusal that is not described is held against the usual one.
    pub fn wrong_response(&self, status: u16, body: &[u8]) -> Vec<String> {
        match self.response_pointer(status) {
            Some(pointer) => Self::wrong_body(&pointer, body),
            None if self.value()["responses"][status.to_string()].is_object() && body.is_empty() => Vec::new(),
            None if status >= 500 => Vec::new(),
            None if (400..500).contains(&status) => Self::wrong_body("/components/schemas/basic-error", body),
            None => vec![format!("the status {status} is not described")],
        }
    }

    /// Returns the least body that the description allows for an answer.
    pub fn example(&self, status: u16) -> Value {
        let pointer = self.response_pointer(status).expect("because the fake answers as described");
        least(DESCRIPTION.pointer(&pointer).expect("because the pointer was found"))
    }

    fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.value()["parameters"].as_array().into_iter().flatten().map(resolve)
    }

    fn response_pointer(&self, status: u16) -> Option<String> {
        let response = &self.value()["responses"][status.to_string()];
        let base = match response["$ref"].as_str() {
            Some(reference) => reference.strip_prefix('#')?.to_owned(),
            None => self.pointer(&format!("/responses/{status}")),
        };
        let pointer = format!("{base}/content/application~1json/schema");
        DESCRIPTION.pointer(&pointer).map(|_| pointer)
    }

    fn wrong_body(pointer: &str, body: &[u8]) -> Vec<String> {
        let body: Value = match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(error) => return vec![format!("the body is not JSON: {error}")],
        };
        let errors = validator(pointer);
        errors.iter_errors(&body).take(5).map(|error| format!("{error} at '{}'", error.instance_path())).collect()
    }
}

fn match_path(template: &str, path: &str) -> Option<HashMap<String, String>> {
    let (wanted, got): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    if wanted.len() != got.len() {
        return None;
    }
    let mut arguments = HashMap::new();
    for (wanted, got) in wanted.into_iter().zip(got) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !got.is_empty() => drop(arguments.insert(name.to_owned(), decode(got))),
            Some(_) => return None,
            None if wanted != got => return None,
            None => {}
        }
    }
    Some(arguments)
}

fn validator(pointer: &str) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let mut root = DESCRIPTION.clone();
        root["$ref"] = json!(format!("#{}", pointer.replace('{', "%7B").replace('}', "%7D")));
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        Arc::new(options.build(&root).expect("because the description holds schemas"))
    };
    validators.entry(pointer.to_owned()).or_insert_with(make).clone()
}

fn resolve(schema: &Value) -> &Value {
    match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => resolve(DESCRIPTION.pointer(pointer).expect("because the description is whole")),
        None => schema,
    }
}

/// Returns the least value that a schema allows: what is required, and of that the shortest.
fn least(schema: &Value) -> Value {
    let schema = resolve(schema);
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(first) = schema[choice].get(0) {
            return least(first);
        }
    }
    let mut object = Map::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        object.extend(least(part).as_object().cloned().unwrap_or_default());
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        object.insert(name.to_owned(), least(&schema["properties"][name]));
    }
    match schema["type"].as_str() {
        Some("string") if schema["format"] == "uri" => json!("https://example.com"),
        Some("string") if schema["format"] == "date-time" => json!("2026-01-05T09:00:00Z"),
        Some("string") => json!("x"),
        Some("integer" | "number") => json!(0),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        Some("null") => Value::Null,
        Some(_) | None => Value::Object(object),
    }
}

/// Lays values over an example. Objects are laid over one another, all else takes the place of what was there.
pub fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

/// Returns the least value of a component of this name, with these values laid over it.
pub fn component(name: &str, values: Value) -> Value {
    let schema = &DESCRIPTION["components"]["schemas"][name];
    // One that may be null is wanted here as one that is not.
    let mut value = least(schema["anyOf"].get(1).unwrap_or(schema));
    lay_over(&mut value, values);
    value
}
