namespace Harness.Schemes.Plain;

/// <summary>User name and password in CONNECT (MQTT 5 section 3.1.3.5). The broker keeps a <see cref="ScramCredential"/> of the password, never the password.</summary>
[Scheme(SchemeNames.Password, Order = 24, Label = "MQTT 5", Group = SchemeNames.Today, IsAugPake = false, HasBroker = true, Choose = "when TLS with a checked certificate is around it: whoever sees or receives one login has the password")]
public static class PlainPassword
{
    /// <summary>The name that stands for it where an Authentication Method would.</summary>
    public const string Method = "password";

    /// <summary>Judges a password; the work is that of its salt and iterations, whether it is right or not.</summary>
    public static bool IsRight(ReadOnlySpan<byte> password, ScramCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        using var keys = ScramKeys.Derive(password, credential.Salt.Span, credential.Iterations);
        return CryptographicOperations.FixedTimeEquals(keys.StoredKey, credential.StoredKey.Span);
    }
}

/// <summary>The password of a <see cref="HostParty"/>, on memory that is wiped.</summary>
internal sealed class HostPlain(Lock gate, string password) : IPlainParty, IDisposable
{
    private readonly byte[] _password = Password.Prepare(password);

    public ValueTask<byte[]> PasswordAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            return new((byte[])_password.Clone());
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_password);
}
