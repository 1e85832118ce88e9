using Harness.Schemes.Tests;

namespace Harness.Sessions.Tests;

/// <summary>For every input a parser of a session gives a typed result, and writes what it read byte for byte.</summary>
public sealed class ParserMutationTests
{
    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Steps_of_a_login_on_topics(int count)
    {
        byte[][] corpus = [.. Enum.GetValues<TopicStep>().Select(s => new TopicMessage(s, 0x0102030405060708, new byte[32]).Encode())];
        Mutations.Check(corpus, 11, count, bytes => TopicMessage.TryDecode(bytes, out var message) ? message.Encode() : null);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void First_steps_of_a_login_on_topics(int count)
    {
        byte[][] corpus = [new TopicStart("AUGPAKE-PAPER-P256", new byte[65]).Encode(), new TopicStart("é", default).Encode()];
        Mutations.Check(corpus, 12, count, bytes => TopicStart.TryDecode(bytes, out var start) ? start.Encode() : null);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void The_brokers_first_answer(int count)
    {
        byte[][] corpus = [new ServerHello("broker", new byte[65]).Encode(), new ServerHello("é", default).Encode(), new ServerHello("", new byte[256]).Encode()];
        Mutations.Check(corpus, 13, count, bytes => ServerHello.TryDecode(bytes, out var hello) ? hello.Encode() : null);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Names_of_methods(int count)
    {
        byte[][] corpus = [.. AugPakeProfiles.All.SelectMany(p => AugPakeGroup.All.Select(g => Encoding.ASCII.GetBytes(AugPakeMethod.Of(p, g))))];
        Mutations.Check(corpus, 14, count, bytes =>
        {
            var text = Encoding.Latin1.GetString(bytes);
            return AugPakeMethod.TryParse(text, out var profile, out var group) ? Encoding.Latin1.GetBytes(AugPakeMethod.Of(profile, group)) : null;
        });
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Topics_of_a_login(int count)
    {
        byte[][] corpus = [Encoding.UTF8.GetBytes(PrivateTopics.Login("m4")), Encoding.UTF8.GetBytes(PrivateTopics.Login("é")), Encoding.UTF8.GetBytes(PrivateTopics.Key("m4"))];
        Mutations.Check(corpus, 15, count, bytes =>
        {
            var text = Encoding.Latin1.GetString(bytes);
            return PrivateTopics.TryParseLogin(text, out var client) ? Encoding.Latin1.GetBytes(PrivateTopics.Login(client)) : null;
        });
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Registrations_as_published(int count)
    {
        var accounts = new AccountStore("broker", []);
        var registration = new PaperRegistration(accounts, 16);
        byte[] w = [PaperRegistration.Version, .. Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.AsPublished, "m4", "broker", "pw")];
        var i = 0;
        foreach (var bytes in Mutations.Of([w], 16, count))
        {
            var taken = registration.Take($"c{i++ % 20}", loggedIn: false, bytes);
            Assert.That(!taken || AugPakeGroup.P256.IsAcceptable(bytes.AsSpan(1)), Is.True);
        }

        Assert.That(accounts.Count, Is.LessThanOrEqualTo(16));
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void Account_files(int count)
    {
        var w = Convert.ToHexStringLower(Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.AsPublished, "m4", "broker", "pw"));
        var item = $"{{client: m4, server: broker, group: p256, profile: as-published, w_verifier: {w}}}";
        byte[][] corpus =
        [
            Encoding.UTF8.GetBytes($"- {item}\n"),
            Encoding.UTF8.GetBytes($"accounts:\n  - {item}\npairs:\n  - {{publisher: m4, subscriber: m5, topic: plant/1}}\n"),
            Encoding.UTF8.GetBytes("- client: m4\n  server: broker\n  group: p256\n"),
        ];
        var (read, refused) = (0, 0);
        foreach (var bytes in Mutations.Of(corpus, 17, count))
        {
            try
            {
                AccountFile.Parse(Encoding.UTF8.GetString(bytes), "accounts.yaml", "broker");
                read++;
            }
            catch (AccountFileException e)
            {
                refused++;
                Assert.That(Leaks(e.Message, w), Is.False, e.Message);
            }
        }

        Assert.That((read > 0, refused > 0), Is.EqualTo((true, true)));
    }

    [TestCase('[')]
    [TestCase('{')]
    public void Account_files_of_a_hundred_thousand_brackets(char bracket) =>
        Assert.That(() => AccountFile.Parse(new string(bracket, 100_000), "accounts.yaml", "broker"), Throws.InstanceOf<AccountFileException>());

    /// <summary>Any 8 bytes of W single out a password of a dictionary.</summary>
    private static bool Leaks(string message, string w)
    {
        var lower = message.ToLowerInvariant();
        for (var i = 0; i + 16 <= w.Length; i++)
        {
            if (lower.AsSpan().IndexOf(w.AsSpan(i, 16)) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
