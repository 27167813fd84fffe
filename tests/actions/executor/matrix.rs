//! The combinations of a matrix ("Running variations of jobs in a workflow" of GitHub's documentation).

use super::expression::{Pairs, Value};
use super::{Result, Trouble};

/// Expands the value of `matrix:`, whose expressions are evaluated already.
pub fn expand(matrix: &Value) -> Result<Vec<Value>> {
    let Value::Map(pairs) = matrix else { return Err(Trouble::new("the matrix is no mapping")) };
    let list =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or(Ok(Vec::new()), |(_, value)| maps(name, value));
    let (include, exclude) = (list("include")?, list("exclude")?);
    let axes: Vec<_> = pairs.iter().filter(|(key, _)| key != "include" && key != "exclude").collect();
    let mut all: Vec<Pairs> = if axes.is_empty() { Vec::new() } else { vec![Pairs::new()] };
    for (name, values) in &axes {
        let Value::List(values) = values else {
            return Err(Trouble::new(format!("the matrix vector '{name}' is no sequence")));
        };
        if values.is_empty() {
            return Err(Trouble::new(format!("Matrix vector '{name}' does not contain any values")));
        }
        let longer = |old: &Pairs| {
            let grow = |value: &Value| old.iter().cloned().chain([(name.clone(), value.clone())]).collect::<Pairs>();
            values.iter().map(grow).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.retain(|one| !exclude.iter().any(|rule| rule.iter().all(|pair| one.iter().any(|have| same(have, pair)))));
    let originals = all.clone();
    for extra in include {
        let fits = |original: &Pairs| {
            extra.iter().all(|pair| original.iter().all(|have| have.0 != pair.0 || same(have, pair)))
        };
        let at: Vec<_> = (0..originals.len()).filter(|at| fits(&originals[*at])).collect();
        if at.is_empty() {
            all.push(extra.clone());
        }
        for at in at {
            for (name, value) in &extra {
                all[at].retain(|(have, _)| have != name);
                all[at].push((name.clone(), value.clone()));
            }
        }
    }
    if all.is_empty() {
        Err(Trouble::new("the matrix has no combination"))
    } else {
        Ok(all.into_iter().map(Value::map).collect())
    }
}

fn maps(name: &str, value: &Value) -> Result<Vec<Pairs>> {
    let wrong = || Trouble::new(format!("'{name}' of the matrix is no sequence of mappings"));
    let Value::List(items) = value else { return Err(wrong()) };
    let pairs = |item: &Value| if let Value::Map(pairs) = item { Ok(pairs.to_vec()) } else { Err(wrong()) };
    items.iter().map(pairs).collect()
}

fn same(left: &(String, Value), right: &(String, Value)) -> bool {
    left.0 == right.0 && left.1.to_json() == right.1.to_json()
}
