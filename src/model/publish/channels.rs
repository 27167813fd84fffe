//! What else follows from the order of versions: the names under which registries and tags are found that move.

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::latest::{Product, by_precedence};

/// The names that move to a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Channels {
    /// The tag to publish under on npm: `latest` for the highest stable version, `release-2.0.x` for the highest one of its minor
    /// version, `next` for a pre-release above all stable versions and `release-2.0.x-next` for any other, and `superseded` for what has a
    /// higher one in its minor version. Never a range, which npm refuses ("dist-tag" in npm's documentation).
    pub npm_dist_tag: String,
    /// The tags of an image: the version itself, and of a stable one `2.0`, `2` and `latest` where it is the highest of those. There is no
    /// `0`, for minor versions below 1.0.0 do not go together (SemVer 2.0.0, section 4). `+`, which a tag of an image cannot hold, is `_`.
    pub image_tags: Vec<String>,
    /// The tag that moves with its major version, such as `v2`, where it is the highest stable one of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving_tag: Option<String>,
}

impl Channels {
    /// Works out the names for a version beside the stable versions that are out: published, or tagged on the forge at least.
    pub fn of(product: &Product, version: &Version, out: &[Version]) -> Self {
        let is_highest =
            |of: &dyn Fn(&Version) -> bool| !out.iter().any(|there| of(there) && by_precedence(there, version).is_gt());
        let in_major = |there: &Version| there.major == version.major;
        let in_minor = |there: &Version| in_major(there) && there.minor == version.minor;
        let (minor, major, all) = (is_highest(&in_minor), is_highest(&in_major), is_highest(&|_| true));
        let stable = version.pre.is_empty();
        let line = format!("release-{}.{}.x", version.major, version.minor);
        let npm_dist_tag = match (stable, all, minor) {
            (true, true, _) => "latest".to_owned(),
            (true, false, true) => line,
            (false, true, _) => "next".to_owned(),
            (false, false, true) => format!("{line}-next"),
            (_, false, false) => "superseded".to_owned(),
        };
        let mut image_tags = vec![version.to_string().replace('+', "_")];
        if stable {
            image_tags.extend(minor.then(|| format!("{}.{}", version.major, version.minor)));
            image_tags.extend((major && version.major > 0).then(|| version.major.to_string()));
            image_tags.extend(all.then(|| "latest".to_owned()));
        }
        let moves = stable && major && version.major > 0;
        Self { npm_dist_tag, image_tags, moving_tag: moves.then(|| product.pattern.moving(version.major)) }
    }
}
