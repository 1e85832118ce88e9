using System.Security.Cryptography;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;

namespace Harness.Steps.World;

/// <summary>A device in a scenario: its name in the feature, its identity and what became of its logins.</summary>
public sealed class DeviceUnderTest(string name, PartyIdentity identity)
{
    private readonly List<LoginEnd> ends = [];
    private LoginEnd? end;

    /// <summary>The role or name the feature uses.</summary>
    public string Name { get; } = name;

    /// <summary>Who it is; its password may be made another.</summary>
    public PartyIdentity Identity { get; private set; } = identity;

    /// <summary>The password its account was made from.</summary>
    public string RightPassword { get; } = identity.Password;

    /// <summary>Its session, where it is logged in.</summary>
    public DeviceSession? Session { get; set; }

    /// <summary>Fingerprints of its session keys so far, in order.</summary>
    public List<string> Fingerprints { get; } = [];

    /// <summary>How its logins ended so far, in order.</summary>
    public IReadOnlyList<LoginEnd> Ends => ends;

    /// <summary>What it refused outside a login, by code.</summary>
    public string? Answer { get; set; }

    /// <summary>Whether it was asked for something outside a login.</summary>
    public bool WasAsked { get; set; }

    /// <summary>A password that nobody guesses and no log holds.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetHexString(20, lowercase: true);

    /// <summary>Gives it another password.</summary>
    public void UsePassword(string password) => Identity = Identity with { Password = password };

    /// <summary>Notes how a login ended.</summary>
    public void Ended(LoginEnd how)
    {
        end = how;
        ends.Add(how);
        if (how.Fingerprint is not null)
        {
            Fingerprints.Add(how.Fingerprint);
        }
    }

    /// <summary>How its last login ended. A broken rig that the scenario does not ask for is thrown.</summary>
    /// <param name="rigMayBreak">Whether the scenario is about a broken rig.</param>
    public LoginEnd Observe(bool rigMayBreak = false)
    {
        var seen = end ?? throw new UnjudgeableException($"login of {Name}", $"{Name} to have logged in", "it did not in this scenario", $"When {Name} logs in");
        if (seen.Kind == LoginKind.RigBroken && !rigMayBreak)
        {
            end = null;
            throw new RigErrorException(
                ((RigErrorException)seen.Error!).Item, ((RigErrorException)seen.Error).Expected, ((RigErrorException)seen.Error).Seen,
                nextCommand: ((RigErrorException)seen.Error).NextCommand, inner: seen.Error);
        }

        return seen;
    }

    /// <summary>Throws what the scenario never looked at: a rig that broke.</summary>
    public void ThrowIfUnobserved(bool observedRig)
    {
        if (end is { Kind: LoginKind.RigBroken } && !observedRig)
        {
            Observe();
        }
    }
}
