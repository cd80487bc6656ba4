//! Checks, at the end of each scenario, that all traffic is as Discord describes it.

use discord_openapi::Description;
use simcord::Simcord;

/// Checks what this Discord was asked and answered, when it goes away.
pub(crate) struct DescribedTraffic(pub(crate) Simcord);

impl Drop for DescribedTraffic {
    fn drop(&mut self) {
        // A scenario that failed has told enough.
        if std::thread::panicking() {
            return;
        }
        let Some(description) = Description::from_environment() else {
            return;
        };
        let mut problems: Vec<String> = Vec::new();
        for request in self.0.requests() {
            let found =
                description.problems_of_request(&request.method, &request.path, &request.body);
            problems.extend(found);
            // Planned failures are nothing that is described.
            if (200..300).contains(&request.status) {
                problems.extend(description.problems_of_answer(
                    &request.method,
                    &request.path,
                    request.status,
                    &request.answer,
                ));
            }
        }
        problems.dedup();
        problems.truncate(20);
        assert!(
            problems.is_empty(),
            "not as Discord describes it:\n{}",
            problems.join("\n")
        );
    }
}
