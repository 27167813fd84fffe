//! scratch
use backstitch::ports::git::*;
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let git = Git::open(std::path::Path::new(&a[1])).unwrap();
    let rows: Vec<Vec<String>> =
        std::fs::read_to_string(&a[2]).unwrap().lines().map(|l| l.split('\t').map(str::to_owned).collect()).collect();
    let t = Instant::now();
    let picks: Vec<Pick> = rows
        .iter()
        .map(|r| {
            let fix = git.commit(r[0].parse().unwrap()).unwrap();
            let onto = git.commit(r[1].parse().unwrap()).unwrap();
            let base = git.commit(fix.parents[0]).unwrap();
            let t = |c: &backstitch::model::commit::Commit| Treeish { tree: c.tree, commit: Some(c.id) };
            Pick { base: t(&base), ours: t(&onto), theirs: t(&fix) }
        })
        .collect();
    println!("read {:?}", t.elapsed());
    let f = Forecaster::new(&git).unwrap();
    let got = f.all(&picks).unwrap();
    println!("{} picks {:?}", picks.len(), t.elapsed());
    let mut bad = 0;
    for (r, g) in rows.iter().zip(&got) {
        let o = format!("{:?}", g.outcome).to_lowercase();
        if o != r[2] || g.tree.to_string() != r[3] {
            bad += 1;
            println!("DIFF {r:?} {g:?}");
        }
    }
    println!("bad {bad}");
}
