namespace Harness.Crypto.AugPake;

/// <summary>The encodings of AugPAKE's hash inputs.</summary>
public enum AugPakeProfile
{
    /// <summary>As Sahmi et al. 2021 publish it: prefixes are two ASCII bytes, none for w'. H' and ASCII are our reading.</summary>
    AsPublished,

    /// <summary>RFC 6628: one prefix byte 0x00 to 0x04.</summary>
    Rfc6628,

    /// <summary>Ours: a label and length-prefixed fields, so that no two inputs collide.</summary>
    Framed,
}

/// <summary>The names of profiles.</summary>
public static class AugPakeProfiles
{
    private static readonly (AugPakeProfile Profile, string Name, string Word)[] _all =
    [
        (AugPakeProfile.AsPublished, "as-published", "PAPER"),
        (AugPakeProfile.Rfc6628, "rfc6628", "RFC6628"),
        (AugPakeProfile.Framed, "framed", "FRAMED"),
    ];

    /// <summary>Every profile.</summary>
    public static IReadOnlyList<AugPakeProfile> All { get; } = [.. _all.Select(p => p.Profile)];

    /// <summary>Name in rig files, accounts and vectors, such as as-published.</summary>
    /// <param name="profile">A defined profile.</param>
    /// <returns>The name.</returns>
    public static string Name(this AugPakeProfile profile) => Find(profile).Name;

    /// <summary>Word in an Authentication Method: PAPER, RFC6628 or FRAMED.</summary>
    /// <param name="profile">A defined profile.</param>
    /// <returns>The word.</returns>
    public static string MethodWord(this AugPakeProfile profile) => Find(profile).Word;

    /// <summary>Finds the profile of a name.</summary>
    /// <param name="name">Exact, such as rfc6628.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="ArgumentException">Unknown; the message lists the known ones.</exception>
    public static AugPakeProfile Parse(string name)
    {
        foreach (var known in _all)
        {
            if (known.Name == name)
            {
                return known.Profile;
            }
        }

        throw new ArgumentException($"Unknown profile '{name}'; expected one of {string.Join(", ", _all.Select(p => p.Name))}.", nameof(name));
    }

    private static (AugPakeProfile Profile, string Name, string Word) Find(AugPakeProfile profile)
    {
        foreach (var known in _all)
        {
            if (known.Profile == profile)
            {
                return known;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(profile), profile, "Not a defined profile.");
    }
}
