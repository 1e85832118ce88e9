namespace Harness.Record;

/// <summary>A private key on P-256 that signs records. Its file is readable by its owner alone; the key never leaves this object.</summary>
public sealed class RecordSigningKey : IDisposable
{
    private const string MakeOne = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem && chmod 600 key.pem";

    // A key has a few hundred bytes.
    private const int MostBytes = 64 << 10;

    private readonly ECDsa _key;

    private RecordSigningKey(ECDsa key) => _key = key;

    /// <summary>The key's fingerprint, as <see cref="RecordCheck.Fingerprint"/> gives it.</summary>
    public string Fingerprint => RecordCheck.Fingerprint(_key.ExportSubjectPublicKeyInfo());

    /// <summary>Reads a key: PEM, <c>PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RecordException">The file cannot be read, others may read it, or it holds no plain private key on P-256.</exception>
    public static RecordSigningKey Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var pem = Read(path);
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new RecordException(path, "expected a key without a password, saw one that is encrypted", $"openssl pkey -in {ShellWord.Quote(path)} -out key.pem && chmod 600 key.pem");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (RecordCheck.IsP256(key) && key.ExportParameters(true).D is { } secret)
            {
                CryptographicOperations.ZeroMemory(secret);
                return new RecordSigningKey(key);
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // Neither the text nor the library's words about it are repeated: it may hold a key.
        }

        key.Dispose();
        throw new RecordException(path, "expected a private key on P-256 (PEM), saw none", MakeOne);
    }

    /// <summary>The event that signs a line.</summary>
    /// <param name="line">SHA-256 of the line with its line end, hex.</param>
    internal RecordSigned Sign(string line) => new()
    {
        Algorithm = RecordSigned.EcdsaP256, PublicKey = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()),
        Signature = Convert.ToBase64String(_key.SignHash(Convert.FromHexString(line), DSASignatureFormat.Rfc3279DerSequence)),
    };

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw new RecordException(path, "expected a key that its owner alone may read, saw one that others may read or write", $"chmod 600 {ShellWord.Quote(path)}");
            }

            using var reader = new StreamReader(file);
            var text = new char[MostBytes];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (FileNotFoundException e)
        {
            throw new RecordException(path, "there is no such key", MakeOne, e);
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw RecordException.CannotRead(path, e);
        }
    }
}
