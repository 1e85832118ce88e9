using Harness.Sessions.Keys;

namespace Harness.Sessions.Tests.Broker;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SecureBrokerHooksTests
{
    private static readonly ClientIdentity Member = new("m4", "AUGPAKE-PAPER-P256", MqttVersion.V5);
    private static readonly ClientIdentity Stranger = new("m4", null, MqttVersion.V311);

    private readonly List<string> _subscribed = [];
    private readonly AccountStore _accounts = new("broker", []);

    // hex("m4") = 6d34, hex("m5") = 6d35
    [TestCase("plant/1", true, true)]
    [TestCase("augment/1", true, true)]
    [TestCase("aug/6d34/c", true, false)]
    [TestCase("aug/6d34/key", false, false)]
    [TestCase("aug/6d34/reg", false, false)]
    [TestCase("aug/6d35/c", false, false)]
    [TestCase("aug/6d35/key", false, false)]
    [TestCase("aug/6d34", false, false)]
    [TestCase("aug", false, false)]
    public void Publishing_under_aug_is_for_the_owner_alone(string topic, bool member, bool stranger)
    {
        var hooks = Hooks();
        Assert.That((hooks.MayPublish(Member, topic), hooks.MayPublish(Stranger, topic)), Is.EqualTo((member, stranger)));
    }

    [TestCase("aug/6d34/key", true, false)]
    [TestCase("aug/6d34/#", true, false)]
    [TestCase("aug/6d35/key", false, false)]
    [TestCase("aug/+/key", false, false)]
    [TestCase("aug/#", false, false)]
    [TestCase("#", true, true)]
    [TestCase("+/6d35/key", true, true)]
    public void Subscribing_under_aug_is_for_the_owner_alone(string filter, bool member, bool stranger)
    {
        var hooks = Hooks();
        Assert.That((hooks.MaySubscribe(Member, filter), hooks.MaySubscribe(Stranger, filter)), Is.EqualTo((member, stranger)));
    }

    [TestCase("aug/6d34/key", true, false)]
    [TestCase("aug/6d35/key", false, false)]
    [TestCase("plant/1", true, true)]
    public void A_private_message_reaches_its_owner_alone_under_every_filter(string topic, bool member, bool stranger)
    {
        var hooks = Hooks();
        Assert.That((hooks.MayReceive(Member, topic), hooks.MayReceive(Stranger, topic)), Is.EqualTo((member, stranger)));
    }

    [TestCase("aug/6d34/key", true)]
    [TestCase("aug/6d34/#", true)]
    [TestCase("#", true)]
    [TestCase("+/+/key", true)]
    [TestCase("aug/6d34/c", false)]
    [TestCase("plant/1", false)]
    public void A_subscription_that_covers_the_key_topic_asks_for_the_wrap(string filter, bool asked)
    {
        Hooks().Subscribed(Member, filter);
        Assert.That(_subscribed, Is.EqualTo(asked ? new[] { "m4" } : []));
    }

    [Test]
    public void An_unauthenticated_client_under_a_member_s_name_may_not_ask_for_a_wrap()
    {
        Hooks().Subscribed(Stranger, "#");
        Assert.That(_subscribed, Is.Empty);
    }

    [Test]
    public async Task Registration_as_published_takes_the_first_comer_and_nobody_after()
    {
        var hooks = Hooks(registration: true);
        Assert.That(hooks.MayPublish(Stranger, "aug/6d34/reg"), Is.True);
        var first = W("first");
        Assert.That(await RegisterAsync(hooks, Stranger, [1, .. first]), Is.True, "swallowed");
        await RegisterAsync(hooks, Stranger, [1, .. W("second")]);
        Assert.That(_accounts.Find("m4", "AUGPAKE-PAPER-P256")!.Verifier.ToArray(), Is.EqualTo(first));
    }

    [TestCase(AugPakeProfile.Rfc6628, "p256")]
    [TestCase(AugPakeProfile.AsPublished, "p256")]
    [TestCase(AugPakeProfile.AsPublished, "modp2048-q256")]
    [TestCase(AugPakeProfile.Framed, "rfc3526-14")]
    public async Task A_name_that_has_an_account_is_not_registrable_whatever_its_group_and_profile(AugPakeProfile profile, string group)
    {
        var enrolled = Enrolment.Create("m4", "broker", AugPakeGroup.ByName(group), profile, "pw");
        _accounts.Put(enrolled);
        var hooks = Hooks(registration: true);
        foreach (var who in new[] { Stranger, Member })
        {
            await RegisterAsync(hooks, who, [1, .. W("mine")]);
            await RegisterAsync(hooks, who, [1, .. Verifier.ComputeW(AugPakeGroup.Modp2048Q256, AugPakeProfile.AsPublished, "m4", "broker", "mine")]);
            Assert.That((_accounts.Count, _accounts.Find("m4", enrolled.Method)), Is.EqualTo((1, enrolled)));
        }
    }

    [Test]
    public async Task A_registered_name_is_not_registered_for_another_group_by_somebody_else()
    {
        var hooks = Hooks(registration: true);
        await RegisterAsync(hooks, Stranger, [1, .. W("first")]);
        await RegisterAsync(hooks, Stranger, [1, .. Verifier.ComputeW(AugPakeGroup.Modp2048Q256, AugPakeProfile.AsPublished, "m4", "broker", "mine")]);
        Assert.That(_accounts.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_member_may_replace_its_own_W()
    {
        var hooks = Hooks(registration: true);
        await RegisterAsync(hooks, Stranger, [1, .. W("first")]);
        var second = W("second");
        await RegisterAsync(hooks, Member, [1, .. second]);
        Assert.That(_accounts.Find("m4", "AUGPAKE-PAPER-P256")!.Verifier.ToArray(), Is.EqualTo(second));
    }

    [Test]
    public async Task An_element_of_256_bytes_is_registered_for_the_papers_group_though_another_is_as_long()
    {
        // The message names no group; rfc3526-14 has elements of the same length.
        var hooks = Hooks(registration: true);
        await RegisterAsync(hooks, Stranger, [1, .. Verifier.ComputeW(AugPakeGroup.Modp2048Q256, AugPakeProfile.AsPublished, "m4", "broker", "pw")]);
        Assert.That(_accounts.Find("m4", "AUGPAKE-PAPER-MODP2048Q256"), Is.Not.Null);
        Assert.That(_accounts.Find("m4", "AUGPAKE-PAPER-MODP14"), Is.Null);
        Assert.That(_accounts.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Malformed_registrations_add_nothing_and_their_number_is_bounded()
    {
        var hooks = Hooks(registration: true);
        foreach (var payload in new byte[][] { [], [1], [2, .. W("x")], [1, .. new byte[65]], [1, .. W("x"), 0] })
        {
            await RegisterAsync(hooks, Stranger, payload);
        }

        Assert.That(_accounts.Count, Is.Zero);
        for (var i = 0; i < 5; i++)
        {
            await RegisterAsync(hooks, new ClientIdentity($"c{i}", null, MqttVersion.V5), [1, .. W("x")]);
        }

        Assert.That(_accounts.Count, Is.EqualTo(2));
    }

    private static byte[] W(string password) => Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.AsPublished, "m4", "broker", password);

    private static async Task<bool> RegisterAsync(SecureBrokerHooks hooks, ClientIdentity client, byte[] payload) =>
        await hooks.InterceptAsync(client, new MqttMessage(PrivateTopics.Registration(client.ClientId), payload, QualityOfService.AtLeastOnce, false), default);

    private SecureBrokerHooks Hooks(bool registration = false)
    {
        _subscribed.Clear();
        var keys = new MqttPresentKeyService(new KeyServiceOptions([], 128, []));
        return new SecureBrokerHooks(
            new MqttPresentBroker(keys, (_, _, _, _) => { }), registration ? new PaperRegistration(_accounts, 2) : null, _ => _subscribed.Add("m4"), _ => { });
    }
}
