namespace Harness.Record;

/// <summary>The state of a record's chain of hashes.</summary>
public enum RecordState
{
    /// <summary>Every line is as it was written, from the first to the end of the run.</summary>
    Whole,

    /// <summary>Lines were changed, put in or taken out, a file beside the record was changed or is missing, or a signature does not hold.</summary>
    Changed,

    /// <summary>Every line that is there is as it was written, and the end is missing.</summary>
    Cut,

    /// <summary>It was written by a version that did not chain lines: nothing can be told.</summary>
    Unchained,
}

/// <summary>Checks that a record is as it was written: each line holds the hash of the line before, and a signature may stand at the end.</summary>
/// <remarks>Without a signature the chain shows damage and careless change only: whoever can write the file can compute the hashes anew.</remarks>
public sealed class RecordCheck
{
    private const int MostFindings = 20;

    private readonly List<string> _findings = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _signers = [];
    private readonly List<KeptFile> _files = [];
    private readonly string? _trusted;
    private int _more;
    private bool _isCut;
    private bool _isChained;
    private bool _isSignedByTrusted;

    private RecordCheck(string path, string? trusted) => (Path, _trusted) = (path, trusted);

    /// <summary>The record.</summary>
    public string Path { get; }

    /// <summary>Lines that were checked.</summary>
    public int Lines { get; private set; }

    /// <summary>Files beside the record whose hashes it holds, and which were checked too.</summary>
    public int Files => _files.Count;

    /// <summary>SHA-256 of the last line with its line end, hex; null of an empty record.</summary>
    public string? End { get; private set; }

    /// <summary>Sequence number of the last line.</summary>
    public long LastSeq { get; private set; }

    /// <summary>The faults, each a sentence that names its lines.</summary>
    public IReadOnlyList<string> Findings => _more == 0 ? _findings : [.. _findings, $"and {_more} more"];

    /// <summary>Facts that are no faults: signatures that hold, events that a full disk took.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Fingerprints of the keys whose signatures hold.</summary>
    public IReadOnlyList<string> Signers => _signers;

    /// <summary>The state.</summary>
    public RecordState State => _findings.Count > 0 ? RecordState.Changed : !_isChained ? RecordState.Unchained : _isCut ? RecordState.Cut : RecordState.Whole;

    /// <summary>Checks a record.</summary>
    /// <param name="path">A record, or the run folder that holds it.</param>
    /// <param name="publicKey">File of the public key (PEM) that must have signed it; null where any key or none will do.</param>
    /// <exception cref="RecordException">The record or the key cannot be read.</exception>
    public static RecordCheck Of(string path, string? publicKey = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var check = new RecordCheck(Directory.Exists(path) ? System.IO.Path.Combine(path, RecordWriter.FileName) : path, publicKey is null ? null : FingerprintOf(publicKey));
        check.Read();
        return check;
    }

    /// <summary>Signs a whole record at its end.</summary>
    /// <param name="path">A record, or the run folder that holds it.</param>
    /// <param name="key">The key.</param>
    /// <returns>The check of the record before it was signed; only one in the state <see cref="RecordState.Whole"/> is signed, and no key signs twice.</returns>
    /// <exception cref="RecordException">The record cannot be read or written.</exception>
    public static RecordCheck Sign(string path, RecordSigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var check = Of(path);
        if (check.State != RecordState.Whole || check.Signers.Contains(key.Fingerprint))
        {
            return check;
        }

        try
        {
            using var file = new FileStream(check.Path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(RecordWriter.Line(key.Sign(check.End!) with { Seq = check.LastSeq + 1, At = TimeProvider.System.GetUtcNow(), Previous = check.End }));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw RecordException.CannotWrite(check.Path, e);
        }

        return check;
    }

    /// <summary>The fingerprint of a public key: <c>SHA256:</c> and the hash of its SubjectPublicKeyInfo, Base64.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> publicKey) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(publicKey)).TrimEnd('=');

    internal static string HashOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    internal static bool IsP256(ECDsa key) => key.KeySize == 256 && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static string FingerprintOf(string publicKey)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(publicKey));
            return IsP256(key) ? Fingerprint(key.ExportSubjectPublicKeyInfo()) : throw new CryptographicException("another curve");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new RecordException(publicKey, "expected a public key on P-256 (PEM), saw none", "openssl pkey -in key.pem -pubout -out public.pem");
        }
        catch (Exception e) when (RecordException.IsIo(e))
        {
            throw new RecordException(publicKey, "the key cannot be read: " + e.Message.TrimEnd('.'), $"ls -l {ShellWord.Quote(publicKey)}", e);
        }
    }

    private void Read()
    {
        using var lines = RecordLines.Open(Path);
        var buffer = Array.Empty<byte>();
        var (ended, signed) = (false, false);
        while (lines.Next())
        {
            if (!lines.CurrentIsWhole)
            {
                _isCut = true;
                _notes.Add($"the record was cut in line {lines.Number}, which has no end");
                break;
            }

            Lines = lines.Number;
            if (buffer.Length <= lines.Current.Length)
            {
                buffer = new byte[lines.Current.Length * 2 + 1];
            }

            lines.Current.Span.CopyTo(buffer);
            buffer[lines.Current.Length] = (byte)'\n';
            var kind = Link(lines.Current, lines.Number);
            if (ended && kind != "record-signed")
            {
                Find($"line {lines.Number} was added after the end of the run");
            }

            ended |= kind == "run-finished";
            signed |= kind == "record-signed";
            End = HashOf(buffer.AsSpan(0, lines.Current.Length + 1));
        }

        if (!ended)
        {
            _isCut = true;
            _notes.Add($"the record ends after line {Lines} without run-finished: its end was cut, or the run was killed or is still going on");
        }

        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        foreach (var fault in _files.Select(file => KeptFiles.FaultOf(folder, file)).OfType<string>())
        {
            Find(fault);
        }

        if (_trusted is not null && !_isSignedByTrusted)
        {
            Find(signed ? $"no signature of the key {_trusted} holds" : $"the record is not signed, and was to be signed by the key {_trusted}");
        }
    }

    /// <summary>Checks that a line follows the one before it.</summary>
    /// <returns>Its kind; null where it is no event.</returns>
    private string? Link(ReadOnlyMemory<byte> line, int number)
    {
        JsonElement root;
        string? kind, previous;
        long seq;
        try
        {
            using var json = JsonDocument.Parse(line);
            root = json.RootElement.Clone();
            (kind, previous) = (root.GetProperty(RecordJson.KindName).GetString(), Text(root, "previous"));
            seq = root.GetProperty("seq").GetInt64();
            if (kind == "files-kept")
            {
                var kept = ((FilesKept)root.Deserialize(EventJson.Line)!).Files;
                _files.AddRange(kept.Any(file => file is not { Name: not null, Sha256: not null }) ? throw new JsonException() : kept);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            Find($"line {number} is no event");
            return null;
        }

        if (number == 1)
        {
            _isChained = (root.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Number && schema.GetDouble() > 1) || previous is not null;
            if (kind != "run-started" || seq != 1 || previous is not null)
            {
                Find($"the begin was cut off: line 1 is event {seq}, {ForeignText.Name(kind ?? "")}");
            }
        }
        else if (_isChained |= previous is not null)
        {
            Follow(seq, previous, number);
        }

        if (kind == "record-signed")
        {
            Verify(root, number);
        }

        LastSeq = seq;
        return kind;
    }

    private void Follow(long seq, string? previous, int number)
    {
        if (previous == End)
        {
            if (seq > LastSeq + 1)
            {
                _notes.Add($"events {LastSeq + 1} to {seq - 1} were never written (a full disk); the chain is whole over them");
            }
            else if (seq <= LastSeq)
            {
                Find($"line {number} has the number {seq} after {LastSeq}");
            }
        }
        else if (previous is null)
        {
            Find($"line {number} holds no hash of the line before it");
        }
        else if (seq > LastSeq + 1)
        {
            Find($"events {LastSeq + 1} to {seq - 1} were taken out before line {number}");
        }
        else
        {
            Find(seq == LastSeq + 1 ? $"line {number - 1} was changed" : $"lines were put in, or put in another order, before line {number}");
        }
    }

    private void Verify(JsonElement signature, int number)
    {
        try
        {
            using var key = ECDsa.Create();
            var publicKey = Convert.FromBase64String(Text(signature, "public_key") ?? "");
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            if (End is not null && Text(signature, "algorithm") == RecordSigned.EcdsaP256 && IsP256(key)
                && key.VerifyHash(Convert.FromHexString(End), Convert.FromBase64String(Text(signature, "signature") ?? ""), DSASignatureFormat.Rfc3279DerSequence))
            {
                var signer = Fingerprint(publicKey);
                _signers.Add(signer);
                _isSignedByTrusted |= signer == _trusted;
                _notes.Add($"signed up to line {number - 1} by the key {signer}");
                return;
            }
        }
        catch (Exception e) when (e is FormatException or CryptographicException or InvalidOperationException)
        {
        }

        Find($"the signature in line {number} does not hold");
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private void Find(string finding)
    {
        if (_findings.Count < MostFindings)
        {
            _findings.Add(finding);
        }
        else
        {
            _more++;
        }
    }
}
