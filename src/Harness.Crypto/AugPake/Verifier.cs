namespace Harness.Crypto.AugPake;

/// <summary>The values derived from a password and stored: a server's W = g^w', a client's w' = H'(p0‖C‖S‖pw) (RFC 6628 sections 2.2 and 2.3.1).</summary>
public static class Verifier
{
    /// <summary>Computes W. A thief of W can try passwords offline: protect it like a password file.</summary>
    /// <param name="group">The group.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="client">C.</param>
    /// <param name="server">S.</param>
    /// <param name="password">Goes through <see cref="Password.Prepare"/>.</param>
    /// <param name="innerTopic">The topic of an inner run (profile framed only), else null.</param>
    /// <returns>The group's element length in bytes.</returns>
    /// <exception cref="ArgumentException">A refused password, or a name that is no valid Unicode.</exception>
    public static byte[] ComputeW(
        AugPakeGroup group, AugPakeProfile profile, string client, string server, string password, string? innerTopic = null)
    {
        var w = ComputeScalar(group, profile, client, server, password, innerTopic);
        try
        {
            return OfScalar(group, w);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(w);
        }
    }

    /// <summary>Computes W from a known w'.</summary>
    /// <param name="group">The group.</param>
    /// <param name="scalar">w', the group's scalar length in bytes.</param>
    /// <returns>The group's element length in bytes.</returns>
    public static byte[] OfScalar(AugPakeGroup group, ReadOnlySpan<byte> scalar) => group.PowerOfGenerator(scalar);

    /// <summary>Computes w', which stands in for the password on a client: as secret as the password, but on memory that can be cleared.</summary>
    /// <param name="group">The group.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="client">C.</param>
    /// <param name="server">S.</param>
    /// <param name="password">Goes through <see cref="Password.Prepare"/>.</param>
    /// <param name="innerTopic">The topic of an inner run (profile framed only), else null.</param>
    /// <returns>The group's scalar length in bytes, on pinned memory; the caller clears it.</returns>
    /// <exception cref="ArgumentException">A refused password, or a name that is no valid Unicode.</exception>
    public static byte[] ComputeScalar(
        AugPakeGroup group, AugPakeProfile profile, string client, string server, string password, string? innerTopic = null)
    {
        var transcript = new AugPakeTranscript(group, profile, client, server, innerTopic);
        var prepared = Password.Prepare(password);
        try
        {
            return transcript.PasswordScalar(prepared);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(prepared);
        }
    }
}
