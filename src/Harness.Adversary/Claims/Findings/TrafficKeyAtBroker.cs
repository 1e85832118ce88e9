using Harness.Adversary.Claims.DataPrivacy;

namespace Harness.Adversary.Claims.Findings;

/// <summary>The broker computes the traffic key and reads what it carries.</summary>
[Attack("finding-broker-computes-traffic-key", Order = 8)]
internal sealed class TrafficKeyAtBroker() : AttackFinding(
    new CuriousBroker(), "agree on the key between publisher and subscriber with a secret the broker lacks; the broker only carries the messages", () => new CountedGcm(checksCounter: true));
