namespace Harness.Crypto.AugPake;

/// <summary>MQTT's Authentication Method: AUGPAKE-word-suffix, such as AUGPAKE-PAPER-P256 (MQTT 5 section 3.1.2.11.9).</summary>
public static class AugPakeMethod
{
    private static readonly Lazy<Dictionary<string, (AugPakeProfile Profile, AugPakeGroup Group)>> _all = new(() =>
        AugPakeProfiles.All.SelectMany(_ => AugPakeGroup.All, (profile, group) => (profile, group)).ToDictionary(pair => Of(pair.profile, pair.group), StringComparer.Ordinal));

    /// <summary>The method of a profile and group.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="group">The group.</param>
    /// <returns>The method, upper-case ASCII.</returns>
    public static string Of(AugPakeProfile profile, AugPakeGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return $"AUGPAKE-{profile.MethodWord()}-{group.MethodSuffix}";
    }

    /// <summary>Reads a method; exact spelling only.</summary>
    /// <param name="method">Any string, null included.</param>
    /// <param name="profile">The profile where true.</param>
    /// <param name="group">The group where true.</param>
    /// <returns>False for everything that <see cref="Of"/> does not make.</returns>
    public static bool TryParse(string? method, out AugPakeProfile profile, [NotNullWhen(true)] out AugPakeGroup? group)
    {
        if (method is not null && _all.Value.TryGetValue(method, out var known))
        {
            (profile, group) = known;
            return true;
        }

        (profile, group) = (default, null);
        return false;
    }
}
