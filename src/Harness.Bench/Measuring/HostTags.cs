namespace Harness.Bench.Measuring;

/// <summary>The comparisons of <see cref="BoardTags"/>, in this process.</summary>
internal static class HostTags
{
    private const AugPakeProfile Profile = AugPakeProfile.AsPublished;
    private const string Topic = "harness/leak";
    private const string Last = "wrong in its last byte; in its first";
    private static readonly AugPakeGroup Group = AugPakeGroup.P256;
    private static readonly LeakEntry Eax = new("tag-compare", $"EAX opening, the tag against one {Last}", LeakCost.Cipher);
    private static readonly LeakEntry Hop = new("hop-tag", $"opening 16 bytes by hop, the tag against one {Last}", LeakCost.Cipher);
    private static readonly LeakEntry Authenticator = new("aug-tag", $"the client's V_S against one {Last} (P-256)", LeakCost.P256);
    private static readonly LeakEntry Proof = new("aug-proof", $"the server's V_C against one {Last} (P-256)", LeakCost.P256);

    /// <summary>The subjects.</summary>
    public static IReadOnlyList<LeakEntry> Entries { get; } = [Eax, Hop, Authenticator, Proof];

    /// <summary>Opens a subject.</summary>
    public static LeakSubject Open(LeakEntry entry) =>
        entry == Eax ? OfEax() : entry == Hop ? OfHop() : OfHandshake(entry);

    private static LeakSubject OfEax()
    {
        var (key, nonce, plaintext) = (RandomNumberGenerator.GetBytes(16), new byte[8], new byte[16]);
        var (ciphertext, tag) = PresentModes.EaxSeal(key, nonce, [], plaintext);
        var used = new byte[tag.Length];
        return HostLeaks.Subject(
            Eax,
            which =>
            {
                tag.CopyTo(used, 0);
                Spoil(used, which);
            },
            () => PresentModes.TryEaxOpen(key, nonce, [], ciphertext, used, out _), 1);
    }

    private static LeakSubject OfHop()
    {
        var key = RandomNumberGenerator.GetBytes(SessionKey.Length);
        var (broker, client) = (new HopChannel(key, HopDirection.FromBroker), new HopChannel(key, HopDirection.ToBroker));
        byte[] payload = [];
        return HostLeaks.Subject(
            Hop,
            which =>
            {
                payload = broker.Seal(Topic, RandomNumberGenerator.GetBytes(16));
                Spoil(payload.AsSpan(^AesGcm128.TagSize..), which);
            },
            () => client.Open(Topic, payload, out _), 1,
            () =>
            {
                broker.Dispose();
                client.Dispose();
            });
    }

    private static LeakSubject OfHandshake(LeakEntry entry)
    {
        var scalar = Verifier.ComputeScalar(Group, Profile, "client", "server", "correct horse battery staple");
        var verifier = Group.PowerOfGenerator(scalar);
        AugPakeClient? client = null;
        AugPakeServer? server = null;
        byte[] wrong = [];

        void End()
        {
            client?.Dispose();
            server?.Dispose();
        }

        return HostLeaks.Subject(
            entry,
            which =>
            {
                End();
                client = AugPakeClient.FromPasswordScalar(Group, Profile, "client", "server", scalar);
                server = new AugPakeServer(Group, Profile, "client", "server", verifier);
                wrong = client.Respond(server.Respond(client.Start()));
                if (entry == Authenticator)
                {
                    server.TryVerify(wrong);
                    wrong = [.. server.Authenticator];
                }

                Spoil(wrong, which);
            },
            entry == Authenticator ? () => Refused(client!, wrong) : () => server!.TryVerify(wrong), 1, End);
    }

    private static void Refused(AugPakeClient client, byte[] wrong)
    {
        try
        {
            client.Finish(wrong).Dispose();
        }
        catch (AugPakeException)
        {
            return;
        }

        throw new Record.CheckFailedException("a wrong V_S", "to be refused", "taken");
    }

    // Indexed by the class, without a branch: branch prediction would be part of the measured time.
    private static void Spoil(Span<byte> tag, LeakClass which)
    {
        ReadOnlySpan<int> place = [tag.Length - 1, 0, tag.Length - 1];
        tag[place[(int)which]] ^= 0x01;
    }
}
