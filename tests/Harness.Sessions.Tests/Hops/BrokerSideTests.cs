using Harness.Crypto.Aes;
using Harness.Schemes.AugMqtt;
using Harness.Schemes.MqttAuth;
using Harness.Sessions.Hops;

namespace Harness.Sessions.Tests.Hops;

/// <summary>The broker's side of the hop schemes by itself, without a broker around it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BrokerSideTests : IDisposable
{
    private static readonly byte[] Sk = [.. Enumerable.Repeat((byte)0x42, 32)];
    private static readonly byte[] Next = [.. Enumerable.Repeat((byte)0x43, 32)];

    private readonly FakeTimeProvider _time = new();
    private readonly List<(string Client, string Topic, bool Accepted, string Reason)> _notes = [];
    private readonly HopEnd _client = new(HopDirection.ToBroker);

    public BrokerSideTests() => _client.Replace(Sk, keepOld: false);

    public void Dispose() => _client.Dispose();

    [Test]
    public void A_message_that_waited_is_not_sent_to_a_client_whose_token_was_revoked_meanwhile()
    {
        using var broker = new MqttAuthBroker(_time, Note);
        broker.Established("c", AugPakeProfile.AsPublished, new SessionKey(Sk));
        var created = Ask(broker, new TokenRequest(TokenOperation.Create, "a", default));
        var read = created.Tokens[16..];
        Assert.That(broker.Outgoing("c", true, "a/1", new byte[3]), Is.Null, "before");
        Ask(broker, new TokenRequest(TokenOperation.Subscribe, "a", read));
        Assert.That(broker.Outgoing("c", true, "a/1", new byte[3])!.Value.Length, Is.EqualTo(3 + HopChannel.Overhead));
        Ask(broker, new TokenRequest(TokenOperation.Revoke, "a", read));
        Assert.That(broker.Outgoing("c", true, "a/1", new byte[3]), Is.Null, "after");
    }

    [Test]
    public void A_connection_that_has_not_proved_its_name_gets_nothing_of_the_name([Values(SchemeNames.AugMqtt, SchemeNames.MqttAuth)] string scheme)
    {
        using var broker = BrokerSchemes.Create(new SecureBrokerOptions { ServerName = "broker", Scheme = scheme, TimeProvider = _time }, Note);
        broker.Established("c", AugPakeProfile.AsPublished, new SessionKey(Sk));
        foreach (var topic in new[] { "a", TokenTopics.Of("c") })
        {
            Assert.That((broker.MayReceive("c", false, topic), broker.MaySubscribe("c", false, topic), broker.Outgoing("c", false, topic, new byte[1])),
                Is.EqualTo((false, false, (ReadOnlyMemory<byte>?)null)));
            var judged = broker.Take("c", false, new MqttMessage(topic, _client.Seal(topic, "x"u8), QualityOfService.AtLeastOnce, false), out var due);
            Assert.That((judged, due), Is.EqualTo((PublishJudgement.Refuse(ReasonCode.NotAuthorized), (object?)null)));
        }

        Assert.That(_notes.Select(n => (n.Accepted, n.Reason)), Is.All.EqualTo((false, PayloadReasons.NoKey)));
    }

    [Test]
    public void A_client_without_a_key_is_sent_nothing_rather_than_an_empty_payload()
    {
        using var broker = new AugMqttBroker(_time, Note);
        Assert.That(broker.Outgoing("c", true, "a", new byte[1]), Is.Null);
        broker.Established("c", AugPakeProfile.AsPublished, new SessionKey(Sk));
        Assert.That(broker.Outgoing("c", true, "a", new byte[1]), Is.Not.Null);
        broker.Disconnected("c");
        Assert.That(broker.Outgoing("c", true, "a", new byte[1]), Is.Null);
    }

    [Test]
    public void The_old_key_is_wiped_after_10_s_though_nothing_comes()
    {
        using var keys = new HopKeys(_time);
        Establish(keys, Sk);
        Establish(keys, Next);
        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.That(keys.HoldsOldKey("c"), Is.True);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.That(keys.HoldsOldKey("c"), Is.False);
    }

    [Test]
    public void A_timer_that_is_late_does_not_lengthen_the_10_s()
    {
        var time = new SlackTime();
        using var keys = new HopKeys(time);
        Establish(keys, Sk);
        Establish(keys, Next);
        var (one, two) = (_client.Seal("t", "1"u8), _client.Seal("t", "2"u8));
        time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.That(keys.Open("c", "t", one, out _), Is.EqualTo(HopResult.Opened));
        time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.That(keys.Open("c", "t", two, out _), Is.EqualTo(HopResult.BadTag));
    }

    [Test]
    public void The_first_key_of_a_connection_leaves_none_of_the_connection_before()
    {
        using var keys = new HopKeys(_time);
        Establish(keys, Sk);
        keys.End("c");
        Assert.That(keys.Seal("c", "t", "x"u8), Is.Null);
        Establish(keys, Next);
        Assert.That(keys.HoldsOldKey("c"), Is.False);
        Assert.That(keys.Open("c", "t", _client.Seal("t", "x"u8), out _), Is.EqualTo(HopResult.BadTag));
    }

    [Test]
    public void Work_inside_work_is_counted_once()
    {
        var work = new BrokerWork();
        using (work.Begin())
        {
            AesGcm128.Seal(new byte[16], new byte[12], default, new byte[16]);
            using (work.Begin())
            {
                AesGcm128.Seal(new byte[16], new byte[12], default, new byte[16]);
            }
        }

        AesGcm128.Seal(new byte[16], new byte[12], default, new byte[16]);
        using (work.Begin())
        {
            AesGcm128.Seal(new byte[16], new byte[12], default, new byte[16]);
        }

        Assert.That(work.Total, Is.EqualTo(new OperationTally(0, 0, 3, 0, 9)));
    }

    [Test]
    public void The_recent_payloads_are_bounded_and_keep_the_latest()
    {
        var journal = new RecentRecords<PayloadRecord>();
        for (var i = 0; i < RecentRecords<PayloadRecord>.Capacity + 10; i++)
        {
            journal.Add(new PayloadRecord($"c{i}", "t", true, PayloadReasons.Opened, DateTimeOffset.UnixEpoch));
        }

        Assert.That(journal.Records, Has.Count.EqualTo(RecentRecords<PayloadRecord>.Capacity));
        Assert.That((journal.Last("c0"), journal.Last("c20")?.Client), Is.EqualTo(((PayloadRecord?)null, "c20")));
    }

    private static void Establish(HopKeys keys, byte[] sk)
    {
        using var key = new SessionKey(sk);
        keys.Established("c", key);
    }

    private TokenAnswer Ask(MqttAuthBroker broker, TokenRequest request)
    {
        var own = TokenTopics.Of("c");
        var message = new MqttMessage(own, _client.Seal(own, request.Encode()), QualityOfService.AtLeastOnce, false);
        Assert.That(broker.Take("c", true, message, out var due), Is.EqualTo(PublishJudgement.AcknowledgeOnly));
        var sent = due!().Single();
        Assert.That(sent.Topic, Is.EqualTo(own));
        Assert.That(TokenAnswer.TryDecode(sent.Payload.Span, out var answer), Is.True);
        Assert.That(answer!.Status, Is.EqualTo(TokenStatus.Granted));
        return answer;
    }

    private void Note(string client, string topic, bool accepted, string reason) => _notes.Add((client, topic, accepted, reason));

    /// <summary>A clock whose timers do not fire.</summary>
    private sealed class SlackTime : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new FakeTimeProvider().CreateTimer(callback, state, dueTime, period);
    }
}
