namespace Harness.Crypto.AugPake;

/// <summary>MQTT's Authentication Method: AUGPAKE-word-suffix, such as AUGPAKE-PAPER-P256 (MQTT 5 section 3.1.2.11.9).</summary>
public static class AugPakeMethod
{
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
        foreach (var p in AugPakeProfiles.All)
        {
            foreach (var g in AugPakeGroup.All)
            {
                if (Of(p, g) == method)
                {
                    (profile, group) = (p, g);
                    return true;
                }
            }
        }

        (profile, group) = (default, null);
        return false;
    }
}
