using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Schemes;
using Harness.Schemes.MqttPresent;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>Subjects on a board, timed by its own clock: <c>t=</c> of the verb that works with the secret.</summary>
/// <remarks>
/// A refusal carries no <c>t=</c>, so comparing a wrong tag is not a subject here. The secrets come to the board as they do in use: passwords by
/// PROVISION, keys by a wrap under SK.
/// </remarks>
internal static class BoardLeaks
{
    /// <summary>What there is, by what a board lists in its ID.</summary>
    public static IReadOnlyDictionary<string, string> Subjects(BoardInfo info)
    {
        var subjects = new Dictionary<string, string>();
        if (info.Groups.Count > 0 && info.KeyBits.Count > 0)
        {
            subjects["present-key"] = "SEAL of 16 bytes: under one fixed key; under a random key each time";
            subjects["present-data"] = "SEAL of 16 bytes: of one fixed text; of a random text each time";
        }

        foreach (var group in info.Groups)
        {
            subjects[Name(group)] = $"AUG.STEP, Y to V_C: one fixed password; another each time ({group})";
            subjects[$"{Name(group)}-provision"] = $"PROVISION: one fixed password; another of the same length each time ({group})";
        }

        return subjects;
    }

    /// <summary>Opens one.</summary>
    public static async ValueTask<LeakSubject> OpenAsync(
        TestBench bench, SerialParty board, string name, CancellationToken cancellationToken)
    {
        var words = Subjects(board.Info)[name];
        if (!name.StartsWith("present-", StringComparison.Ordinal))
        {
            var group = board.Info.Groups.First(g => name == Name(g) || name == $"{Name(g)}-provision");
            return Password(bench, board, name, words, AugPakeGroup.ByName(group), name.EndsWith("-provision", StringComparison.Ordinal));
        }

        var identity = bench.IdentityOf(board.Name, NewPassword(), profile: "as-published");
        if (!board.Info.Groups.Contains(identity.Group))
        {
            identity = identity with { Group = board.Info.Groups[0] };
        }

        var sessionKey = await LogInAsync(board, identity, cancellationToken).ConfigureAwait(false);
        return Sealing(board, name, words, bench.Rig.KeyBits, sessionKey);
    }

    private static string Name(string group) => group == "p256" ? "aug-password" : $"aug-password-{group.Split('-')[0]}";

    private static LeakSubject Sealing(SerialParty board, string name, string words, int keyBits, SessionKey sessionKey)
    {
        var (fixedKey, fixedText) = (new byte[MqttPresentCipher.KeyLength], new byte[16]);
        var keyed = false;
        return new LeakSubject(
            name, words,
            async (which, stop) =>
            {
                var text = fixedText;
                var (key, other) = (fixedKey, RandomNumberGenerator.GetBytes(MqttPresentCipher.KeyLength));
                if (name == "present-key")
                {
                    key = LeakSubject.IsSecond(which) ? other : fixedKey;
                    keyed = false;
                }
                else if (LeakSubject.IsSecond(which))
                {
                    text = other[..16];
                }

                if (!keyed)
                {
                    await board.AcceptWrapAsync(keyBits, MqttPresentCipher.Wrap(keyBits, sessionKey.Bytes, key), stop).ConfigureAwait(false);
                    keyed = true;
                }

                return (await board.SealAsync("harness/leak", text, stop).ConfigureAwait(false)).Ticks ?? double.NaN;
            },
            async () =>
            {
                sessionKey.Dispose();
                await board.ResetAsync(CancellationToken.None).ConfigureAwait(false);
            });
    }

    private static LeakSubject Password(TestBench bench, SerialParty board, string name, string words, AugPakeGroup group, bool provision)
    {
        var constant = bench.IdentityOf(board.Name, NewPassword(), group.Name, "as-published");
        var y = group.PowerOfGenerator(group.DrawScalar());
        return new LeakSubject(
            name, words,
            async (which, stop) =>
            {
                var identity = LeakSubject.IsSecond(which) ? constant with { Password = NewPassword() } : constant;
                if (provision)
                {
                    return await board.ProvisionTimedAsync(identity, stop).ConfigureAwait(false) ?? double.NaN;
                }

                await board.ProvisionAsync(identity, stop).ConfigureAwait(false);
                await board.AugInitAsync(stop).ConfigureAwait(false);

                // Any element will do for Y: the board answers with V_C before it knows whether the other end knew W.
                return (await board.AugStepAsync(identity.Server, y, stop).ConfigureAwait(false)).Ticks ?? double.NaN;
            },
            () => board.ResetAsync(CancellationToken.None));
    }

    private static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(14));

    private static async ValueTask<SessionKey> LogInAsync(SerialParty board, PartyIdentity identity, CancellationToken stop)
    {
        var (group, profile) = (AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile));
        await board.ProvisionAsync(identity, stop).ConfigureAwait(false);
        using var server = new AugPakeServer(
            group, profile, identity.Client, identity.Server, Verifier.ComputeW(group, profile, identity.Client, identity.Server, identity.Password));
        var y = server.Respond((await board.AugInitAsync(stop).ConfigureAwait(false)).Value);
        var proof = await board.AugStepAsync(identity.Server, y, stop).ConfigureAwait(false);
        if (!server.TryVerify(proof.Value))
        {
            throw new Record.CheckFailedException($"V_C of {board.Name}", "to verify", "another");
        }

        await board.AugFinishAsync(server.Authenticator, stop).ConfigureAwait(false);
        return server.TakeKey();
    }
}
