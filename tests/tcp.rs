//! SIP over TCP, as far as transactions see it (rule T5).

mod common;

use byeloss::net::{Link, Path, Route, Transport};
use byeloss::random::{Distribution, Probability};
use byeloss::sip::{Method, ReleaseCause};
use byeloss::time::Span;
use byeloss::world::{Element, Part};
use common::{Call, Callee, Caller, DELAY, assert_released};

/// `call` on links of [`DELAY`], each over TCP that gives up after so many seconds, or over UDP.
fn over(call: Call, limits: &[Option<f64>]) -> Call {
    let link = |limit: &Option<f64>| Link {
        transport: limit.map_or(Transport::Udp, |limit| Transport::Tcp(Span::from_secs_f64(limit))),
        ..Link::udp(Probability::NEVER, Distribution::Constant(Span::from_secs_f64(DELAY)))
    };
    let links: Vec<Link> = limits.iter().map(link).collect();
    let route = Route { nodes: Vec::new(), to_callee: links.clone(), to_caller: links };
    call.with(|setup| setup.path = Path::new(&route).expect("few links"))
}

fn over_tcp(call: Call) -> Call {
    over(call, &[Some(900.0)])
}

#[test]
fn a_request_is_sent_once_and_what_is_lost_of_it_tcp_sends_again_a_second_later() {
    let call = Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[1]);
    let tcp = over_tcp(call.clone()).run();
    assert_eq!(tcp.sent(Caller, "BYE"), [10.0]);
    assert_released(&tcp, Callee, 11.05, ReleaseCause::ByeReceived);
    // Over UDP it is the transaction that sends it again, after T1.
    let udp = call.run();
    assert_eq!(udp.sent(Caller, "BYE"), [10.0, 10.5]);
    assert_released(&udp, Callee, 10.55, ReleaseCause::ByeReceived);
}

#[test]
fn an_invite_is_sent_once_however_long_it_is_not_answered() {
    let story = over_tcp(Call::new().outage(Some(Caller), 0.0, 20.0)).until(40.0).run();
    // Segments go at 0, 1, 3, 7, 15 and 31 s.
    assert_eq!(story.sent(Caller, "INVITE"), [0.0]);
    assert_eq!(story.sent(Callee, "200 INVITE").0[0], 31.05);
    assert_eq!(story.established(Caller), Some(31.1));
}

#[test]
fn timer_b_and_timer_f_stay() {
    let dead = over_tcp(Call::new().outage(None, 0.0, 500.0)).until(100.0).run();
    assert_released(&dead, Caller, 32.0, ReleaseCause::SetupFailed);
    let refresh = over_tcp(Call::established().outage(None, 890.0, 500.0)).until(940.0).run();
    assert_eq!(refresh.sent(Caller, "UPDATE"), [900.0]);
    assert_released(&refresh, Caller, 932.0, ReleaseCause::RefreshTimedOut);
}

#[test]
fn the_2xx_to_an_invite_is_still_resent_until_its_ack() {
    // The ACK's first segment is lost, so it comes a second late.
    let story = over_tcp(Call::new().lose(Caller, Method::Ack, &[1])).until(30.0).run();
    assert_eq!(story.sent(Callee, "200 INVITE"), [0.05, 0.55]);
}

#[test]
fn a_refusal_is_not_resent() {
    let call = Call::new().session_expires(90).with(|setup| setup.callee.min_se = Some(300));
    let call = call.lose(Caller, Method::Ack, &[1]).until(30.0);
    assert_eq!(over_tcp(call.clone()).run().sent(Callee, "422 INVITE"), [0.05]);
    assert_eq!(call.run().sent(Callee, "422 INVITE"), [0.05, 0.55]);
}

#[test]
fn a_later_message_waits_for_an_earlier_one() {
    // The refresh is held up for 3 s; the BYE 1 s after it would overtake it over UDP.
    let call = Call::established().hangs_up(Caller, 901.0).outage(Some(Caller), 899.0, 2.5);
    let tcp = over_tcp(call.clone()).run();
    // UPDATE: 900, 901, 903. BYE: 901, 902; it arrives with the UPDATE.
    assert_eq!(tcp.refreshed(Callee), [903.05]);
    assert_released(&tcp, Callee, 903.05, ReleaseCause::ByeReceived);
    assert_released(&call.run(), Callee, 901.55, ReleaseCause::ByeReceived);
}

#[test]
fn a_connection_that_is_given_up_counts_as_503() {
    let call = Call::established().outage(None, 890.0, 5000.0).until(3000.0);
    // No Retry-After: the session runs to the end of its interval (R4).
    let story = over(call.clone(), &[Some(10.0)]).run();
    assert_released(&story, Caller, 1800.0, ReleaseCause::IntervalEnded);
    // A limit beyond timer F changes nothing.
    assert_released(&over(call, &[Some(100.0)]).run(), Caller, 932.0, ReleaseCause::RefreshTimedOut);
    let set_up = over(Call::new().outage(None, 0.0, 500.0), &[Some(10.0)]).until(100.0).run();
    assert_released(&set_up, Caller, 10.0, ReleaseCause::SetupFailed);
}

#[test]
fn a_proxy_resends_on_its_udp_side_alone() {
    let call = Call::established().through(vec![Part::Proxy(byeloss::sip::ProxyProfile::STATEFUL)]);
    let call = over(call, &[Some(900.0), None]).hangs_up(Caller, 10.0).until(100.0);
    let proxy = Element::between(0);
    let story = call.lose(proxy, Method::Bye, &[1, 2]).run();
    assert_eq!(story.sent(Caller, "BYE"), [10.0]);
    assert_eq!(story.schedule(proxy, "BYE"), [0.0, 0.5, 1.5]);
}
