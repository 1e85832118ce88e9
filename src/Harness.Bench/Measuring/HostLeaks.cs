using System.Diagnostics;
using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Sessions.Accounts;
using Harness.Sessions.Login;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>Subjects on Harness.Crypto in this process, timed by the host's clock in nanoseconds.</summary>
/// <remarks>
/// Inputs of both classes are copied to the same memory before the clock starts, so that where they lie tells nothing; random ones are
/// drawn for every class and used for one.
/// </remarks>
internal static class HostLeaks
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Short work is repeated within a sample: a difference of one run under the clock's step would never be seen.</summary>
    private const int Repeat = 16;

    /// <summary>What there is.</summary>
    public static IReadOnlyDictionary<string, string> Subjects { get; } = new Dictionary<string, string>
    {
        ["present-key"] = "round keys of PRESENT-128: one fixed key; a random key each time",
        ["present-data"] = "one block of PRESENT-128: one fixed block; a random block each time",
        ["tag-compare"] = "EAX opening with a wrong tag: wrong in its last byte; wrong in its first",
        ["aug-password"] = "Y to V_C: one fixed password; another each time (P-256)",
        ["aug-password-modp"] = "Y to V_C: one fixed password; another each time (modp2048-q256)",
        ["broker-unknown"] = "X to refusal at the broker: a wrong password; a client without account (P-256)",
    };

    /// <summary>Opens one; null where there is none of that name.</summary>
    public static LeakSubject? Open(string name) => name switch
    {
        "present-key" => Key(),
        "present-data" => Data(),
        "tag-compare" => Tag(),
        "aug-password" => Password(name, AugPakeGroup.P256),
        "aug-password-modp" => Password(name, AugPakeGroup.Modp2048Q256),
        "broker-unknown" => Broker(),
        _ => null,
    };

    private static LeakSubject Key()
    {
        var engine = new PresentEngine();
        var (random, used) = (new byte[16], new byte[16]);
        return Subject("present-key", which => Choose(which, new byte[16], random, used), () => engine.Init(true, used), Repeat);
    }

    private static LeakSubject Data()
    {
        var engine = new PresentEngine();
        engine.Init(true, RandomNumberGenerator.GetBytes(16));
        var (random, used, output) = (new byte[8], new byte[8], new byte[8]);
        return Subject("present-data", which => Choose(which, new byte[8], random, used), () => engine.ProcessBlock(used, output), Repeat);
    }

    private static LeakSubject Tag()
    {
        var (key, nonce, plaintext) = (RandomNumberGenerator.GetBytes(16), new byte[8], new byte[16]);
        var (ciphertext, tag) = PresentModes.EaxSeal(key, nonce, [], plaintext);
        var used = new byte[tag.Length];
        return Subject(
            "tag-compare",
            which =>
            {
                tag.CopyTo(used, 0);
                used[LeakSubject.IsSecond(which) ? 0 : ^1] ^= 0x01;
            },
            () => PresentModes.TryEaxOpen(key, nonce, [], ciphertext, used, out _), 1);
    }

    private static LeakSubject Password(string name, AugPakeGroup group)
    {
        const AugPakeProfile Profile = AugPakeProfile.AsPublished;
        var y = group.PowerOfGenerator(group.DrawScalar());
        var fixedScalar = Verifier.ComputeScalar(group, Profile, "client", "server", "correct horse battery staple");
        var (random, used) = (new byte[fixedScalar.Length], new byte[fixedScalar.Length]);
        AugPakeClient? client = null;
        return Subject(
            name,
            which =>
            {
                client?.Dispose();
                var other = Verifier.ComputeScalar(group, Profile, "client", "server", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(14)));
                other.CopyTo(random, 0);
                (LeakSubject.IsSecond(which) ? random : fixedScalar).CopyTo(used, 0);
                client = AugPakeClient.FromPasswordScalar(group, Profile, "client", "server", used);
                client.Start();
            },
            () => client!.Respond(y), 1, () => client?.Dispose());
    }

    private static LeakSubject Broker()
    {
        var (group, profile) = (AugPakeGroup.P256, AugPakeProfile.Rfc6628);
        var account = Enrolment.Create("m4", "broker", group, profile, "correct horse");
        var unlimited = new LockoutOptions(int.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1 << 20);
        var authenticator = new AugPakeAuthenticator(new AccountStore("broker", [account]), unlimited);
        var (method, proof) = (AugPakeMethod.Of(profile, group), new byte[32]);
        using var client = new AugPakeClient(group, profile, "m4", "broker", "wrong");
        var x = client.Start();
        return new LeakSubject("broker-unknown", Subjects["broker-unknown"], async (which, stop) =>
        {
            using var exchange = authenticator.Begin(new AuthenticationRequest(LeakSubject.IsSecond(which) ? "m5" : "m4", method, false, null));
            var start = Stopwatch.GetTimestamp();
            await exchange.NextAsync(x, stop).ConfigureAwait(false);
            await exchange.NextAsync(proof, stop).ConfigureAwait(false);
            return (Stopwatch.GetTimestamp() - start) * NanosecondsPerTick;
        });
    }

    private static void Choose(LeakClass which, byte[] constant, byte[] random, byte[] used)
    {
        RandomNumberGenerator.Fill(random);
        (LeakSubject.IsSecond(which) ? random : constant).CopyTo(used, 0);
    }

    private static LeakSubject Subject(string name, Action<LeakClass> prepare, Action run, int repeat, Action? end = null) => new(
        name, Subjects[name],
        (which, _) =>
        {
            prepare(which);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeat; i++)
            {
                run();
            }

            return new((Stopwatch.GetTimestamp() - start) * NanosecondsPerTick);
        },
        () =>
        {
            end?.Invoke();
            return ValueTask.CompletedTask;
        });
}
