namespace Harness.Brokers.StandAlone;

/// <summary>A password as Mosquitto 2 stores it: PBKDF2 with SHA-512, 101 iterations, a salt of 12 bytes.</summary>
internal sealed class MosquittoPassword
{
    /// <summary>The number that mosquitto_passwd writes.</summary>
    public const int Iterations = 101;

    private MosquittoPassword(byte[] salt, byte[] hash) => (Salt, Hash) = (Convert.ToBase64String(salt), Convert.ToBase64String(hash));

    /// <summary>Salt in base64.</summary>
    public string Salt { get; }

    /// <summary>Hash in base64.</summary>
    public string Hash { get; }

    /// <summary>Hashes a password under a new salt.</summary>
    public static MosquittoPassword Of(ReadOnlySpan<byte> password)
    {
        var salt = RandomNumberGenerator.GetBytes(12);
        return new MosquittoPassword(salt, Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA512, 64));
    }

    /// <summary>A line of a password file.</summary>
    public string Line(string user) => string.Create(CultureInfo.InvariantCulture, $"{user}:$7${Iterations}${Salt}${Hash}\n");
}
