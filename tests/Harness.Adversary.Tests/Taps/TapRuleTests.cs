using Harness.Adversary.Taps;
using Harness.Mqtt.Codec;
using static Harness.Adversary.Tests.Packets;

namespace Harness.Adversary.Tests.Taps;

/// <summary>Rules as they are written, and what they do to packets.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TapRuleTests
{
    private static readonly ProxiedPacket A = Publish([1], topic: "plant/1");
    private static readonly ProxiedPacket B = Publish([2], topic: "plant/2");
    private static readonly ProxiedPacket C = Publish([3], topic: "lab/1");

    private static RulePolicy Policy(params string[] rules) => new([.. rules.Select(r => TapRule.Parse(r))]);

    [Test]
    public async Task A_packet_is_dropped_by_topic_and_number()
    {
        Assert.That(await Policy("drop publish to-broker topic=plant/#").SendAsync(A, B, C), Is.EqualTo(new[] { C.Hex() }));
        Assert.That(await Policy("drop publish topic=plant/# nth=2").SendAsync(A, B, C), Is.EqualTo(new[] { A.Hex(), C.Hex() }));
        Assert.That(await Policy("drop publish to-client").SendAsync(A), Is.EqualTo(new[] { A.Hex() }), "the other way");
    }

    [Test]
    public async Task Packets_are_repeated_swapped_and_closed_upon()
    {
        Assert.That(await Policy("repeat publish topic=lab/1").SendAsync(A, C), Is.EqualTo(new[] { A.Hex(), C.Hex(), C.Hex() }));
        Assert.That(await Policy("swap publish").SendAsync(A, B), Is.EqualTo(new[] { B.Hex(), A.Hex() }));
        Assert.That(await Policy("close any").SendAsync(A), Is.EqualTo(new[] { "close" }));
    }

    [Test]
    public async Task Fields_are_flipped_cut_and_replaced()
    {
        Assert.That(await Policy("flip payload to-broker bit=1").SendAsync(A), Is.EqualTo(new[] { Publish([3], topic: "plant/1").Hex() }));
        Assert.That(await Policy("cut payload to-broker").SendAsync(A), Is.EqualTo(new[] { Publish([], topic: "plant/1").Hex() }));
        Assert.That(await Policy("replace payload to-broker hex=0304").SendAsync(A), Is.EqualTo(new[] { Publish([3, 4], topic: "plant/1").Hex() }));
        Assert.That(await Policy("replace topic to-broker with=lab/2").SendAsync(A), Is.EqualTo(new[] { Publish([1], topic: "lab/2").Hex() }));
        Assert.That(await Policy("flip V_C").SendAsync(Proof([0])), Is.EqualTo(new[] { Proof([1]).Hex() }));
        var login = Of(new ConnectPacket { ClientId = "c", UserName = "u", Password = [1] }, PacketDirection.ToBroker);
        Assert.That(await Policy("replace password with=x").SendAsync(login), Is.EqualTo(new[] { Of(new ConnectPacket { ClientId = "c", UserName = "u", Password = [(byte)'x'] }, PacketDirection.ToBroker).Hex() }));
    }

    [Test]
    public async Task The_first_rule_that_fits_counts_and_each_tells_how_often_it_was_carried_out()
    {
        var policy = Policy("drop publish topic=plant/1", "repeat publish");
        Assert.That(await policy.SendAsync(A, B), Is.EqualTo(new[] { B.Hex(), B.Hex() }));
        Assert.That(policy.Rules.Select(r => (r.Seen, r.Triggered)), Is.EqualTo(new[] { (1, 1), (1, 1) }));
    }

    [Test]
    public async Task A_rule_of_one_client_leaves_the_others_alone()
    {
        var policy = Policy("drop publish client=m4");
        var packets = new[] { Connect([1], 1), Of(new ConnectPacket { ClientId = "other" }, PacketDirection.ToBroker, 2), Publish([1], 1), Publish([1], 2) };
        Assert.That(await policy.SendAsync(packets), Is.EqualTo(new[] { packets[0].Hex(), packets[1].Hex(), packets[3].Hex() }));
    }

    [Test]
    public async Task Chance_is_seeded()
    {
        var left = await new RulePolicy([TapRule.Parse("drop publish chance=25%", seed: 3)]).SendAsync([.. Enumerable.Repeat(A, 1000)]);
        var again = await new RulePolicy([TapRule.Parse("drop publish chance=25%", seed: 3)]).SendAsync([.. Enumerable.Repeat(A, 1000)]);
        Assert.That(left, Has.Length.EqualTo(750).Within(60));
        Assert.That(again, Has.Length.EqualTo(left.Length));
    }

    [TestCase("", "begins with one of drop")]
    [TestCase("lose publish", "begins with one of drop")]
    [TestCase("drop", "lacks the packet or field")]
    [TestCase("drop pubish", "'pubish' is no packet")]
    [TestCase("drop 3", "'3' is no packet")]
    [TestCase("flip payload", "payload needs to-broker or to-client")]
    [TestCase("flip colour", "'colour' is no field")]
    [TestCase("drop publish nth=0", "nth=0 is no number of 1 or more")]
    [TestCase("drop publish chance=0%", "chance=0%")]
    [TestCase("drop publish topic=a/#/b", "no topic filter")]
    [TestCase("drop publish nth=1 nth=2", "nth= stands twice")]
    [TestCase("drop publish loud", "'loud' is none of")]
    [TestCase("drop publish for=1s", "for= is for hold alone")]
    [TestCase("hold publish", "hold needs for=")]
    [TestCase("hold publish for=1", "is no time")]
    [TestCase("replace payload to-client", "needs with=TEXT or hex=BYTES")]
    [TestCase("replace payload to-client hex=1", "no even number of hex digits")]
    [TestCase("replace topic to-client with=a/#", "holds + or #")]
    public void A_rule_that_is_none_is_refused_with_its_word(string rule, string says) =>
        Assert.That(() => TapRule.Parse(rule), Throws.TypeOf<FormatException>().With.Message.Contains(says).And.Message.Contains("an example:"));

    [Test]
    public void A_file_of_rules_has_comments_and_any_line_ends_and_tells_the_line_of_an_error()
    {
        Assert.That(TapRule.ParseAll("# rules\r\n\r\n  drop publish nth=1\r\nrepeat any\r\n".Split('\n')).Select(r => r.Text), Is.EqualTo(new[] { "drop publish nth=1", "repeat any" }));
        Assert.That(() => TapRule.ParseAll(["drop publish", "drop it"]), Throws.TypeOf<FormatException>().With.Message.StartsWith("line 2: "));
    }

    [Test]
    public void A_new_password_is_in_no_text() => Assert.That(TapRule.Parse("replace password with=hunter2").Text, Is.EqualTo("replace password with=..."));
}
