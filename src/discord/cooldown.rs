//! May this person ask again yet? Limits per person and per server, in memory only.
//!
//! A person may ask [`USER`] questions at once and then one every two seconds; a server may ask [`GUILD`] at
//! once and then twenty a second. This is far more than people ask and far less than a flood. A server can
//! also set a pause between two questions of the same person. The algorithm is GCRA (generic cell rate
//! algorithm), from the `governor` crate. Clicks on buttons are not questions: they have a separate limit,
//! high enough to stop only a flood.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// Questions a person may ask in one burst.
pub const USER: NonZeroU32 = NonZeroU32::new(15).expect("15 is not 0");
/// Questions a server may ask in one burst.
pub const GUILD: NonZeroU32 = NonZeroU32::new(1500).expect("1500 is not 0");

/// Questions a person may ask per minute after the burst.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not 0");
/// Questions a server may ask per second after the burst.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

/// Clicks a person may make in one burst, and per minute after that.
const CLICKS: (NonZeroU32, NonZeroU32) =
    (NonZeroU32::new(60).expect("60 is not 0"), NonZeroU32::new(120).expect("120 is not 0"));

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Keyed by server and person.
type Pause = Arc<Keyed<(u64, u64)>>;

/// The limits.
pub struct Cooldowns {
    users: Keyed<u64>,
    guilds: Keyed<u64>,
    clicks: Keyed<u64>,
    /// Who was recently told of their pause.
    told: Keyed<u64>,
    /// One limiter for each pause that some server set, keyed by its length in seconds.
    pauses: RwLock<HashMap<u32, Pause>>,
    clock: DefaultClock,
}

impl Default for Cooldowns {
    fn default() -> Self {
        let user = Quota::per_minute(PER_MINUTE).allow_burst(USER);
        let guild = Quota::per_second(PER_SECOND).allow_burst(GUILD);
        Self {
            users: RateLimiter::hashmap(user),
            guilds: RateLimiter::hashmap(guild),
            clicks: RateLimiter::hashmap(Quota::per_minute(CLICKS.1).allow_burst(CLICKS.0)),
            told: RateLimiter::hashmap(Quota::per_minute(NonZeroU32::MIN)),
            pauses: RwLock::default(),
            clock: DefaultClock::default(),
        }
    }
}

impl Cooldowns {
    /// Counts a question of `user` in `guild`, whose pause is `seconds`. A refused question does not count.
    ///
    /// # Errors
    /// How long to wait, at least one second.
    pub fn ask(&self, user: u64, guild: Option<u64>, seconds: u32) -> Result<(), Duration> {
        let wait = |until| self.wait(&until);
        if let Some(guild) = guild
            && seconds > 0
        {
            self.pause(seconds).check_key(&(guild, user)).map_err(wait)?;
        }
        self.users.check_key(&user).map_err(wait)?;
        guild.map_or(Ok(()), |guild| self.guilds.check_key(&guild).map_err(wait))
    }

    /// Counts a click of `user`.
    ///
    /// # Errors
    /// How long to wait, at least one second.
    pub fn click(&self, user: u64) -> Result<(), Duration> {
        self.clicks.check_key(&user).map_err(|until| self.wait(&until))
    }

    /// Returns whether to tell `user` of their pause by direct message: at most once a minute.
    pub fn is_to_be_told(&self, user: u64) -> bool {
        self.told.check_key(&user).is_ok()
    }

    fn wait(
        &self,
        until: &governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>,
    ) -> Duration {
        let wait: Duration = until.wait_time_from(self.clock.now());
        Duration::from_secs(wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX))
    }

    fn pause(&self, seconds: u32) -> Pause {
        let known = self.pauses.read().unwrap_or_else(PoisonError::into_inner).get(&seconds).cloned();
        known.unwrap_or_else(|| {
            let period = Duration::from_secs(u64::from(seconds.max(1)));
            let quota = Quota::with_period(period).unwrap_or(Quota::per_second(PER_SECOND));
            let mut pauses = self.pauses.write().unwrap_or_else(PoisonError::into_inner);
            pauses.entry(seconds).or_insert_with(|| Arc::new(RateLimiter::hashmap(quota))).clone()
        })
    }

    /// Removes everybody who may ask again anyway. Called periodically, so that memory stays bounded.
    pub fn tidy(&self) {
        self.users.retain_recent();
        self.guilds.retain_recent();
        self.clicks.retain_recent();
        self.told.retain_recent();
        for pause in self.pauses.read().unwrap_or_else(PoisonError::into_inner).values() {
            pause.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_cannot_flood_and_does_not_slow_others() {
        let cooldowns = Cooldowns::default();
        let asked = (0..100).filter(|_| cooldowns.ask(1, Some(9), 0).is_ok()).count();
        assert!((15..20).contains(&asked), "{asked} questions at once");
        assert!(cooldowns.ask(2, Some(9), 0).is_ok());
        let wait = cooldowns.ask(1, None, 0).expect_err("the flood goes on");
        assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_secs(3), "{wait:?}");
    }

    #[test]
    fn clicks_are_not_questions() {
        let cooldowns = Cooldowns::default();
        assert!(cooldowns.ask(1, Some(9), 600).is_ok() && cooldowns.ask(1, Some(9), 600).is_err());
        assert!((0..50).all(|_| cooldowns.click(1).is_ok()));
        assert!((0..50).any(|_| cooldowns.click(1).is_err()), "a flood is stopped all the same");
        assert!(cooldowns.is_to_be_told(1) && !cooldowns.is_to_be_told(1) && cooldowns.is_to_be_told(2));
    }

    #[test]
    fn a_server_can_set_a_pause() {
        let cooldowns = Cooldowns::default();
        assert!(cooldowns.ask(1, Some(9), 600).is_ok());
        let wait = cooldowns.ask(1, Some(9), 600).expect_err("within the pause");
        assert!(wait > Duration::from_secs(590));
        assert!(cooldowns.ask(2, Some(9), 600).is_ok() && cooldowns.ask(1, Some(8), 0).is_ok());
        cooldowns.tidy();
        assert!(cooldowns.ask(1, Some(9), 600).is_err());
    }
}
