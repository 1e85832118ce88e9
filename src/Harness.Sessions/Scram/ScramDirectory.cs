namespace Harness.Sessions.Scram;

/// <summary>The accounts of SCRAM as logins read them: for a name without one the same work on memory of the same kind. Safe for use by many threads.</summary>
/// <remarks>An unknown name is told the salt HMAC(broker secret, name) at every try, and the iterations that most accounts have.</remarks>
public sealed class ScramDirectory
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _secret;
    private readonly Dictionary<string, ScramAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private volatile Index _index;

    /// <summary>A directory.</summary>
    /// <param name="accounts">The accounts; at most one of a client.</param>
    /// <param name="secret">The broker secret, kept as long as unknown names shall look the same; null draws one.</param>
    /// <exception cref="ArgumentException">A second account of one client.</exception>
    public ScramDirectory(IEnumerable<ScramAccount> accounts, ReadOnlyMemory<byte>? secret = null)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        _secret = secret?.ToArray() ?? RandomNumberGenerator.GetBytes(32);
        foreach (var account in accounts)
        {
            if (!_accounts.TryAdd(account.Client, account))
            {
                throw new ArgumentException($"A second account: {account}.", nameof(accounts));
            }
        }

        _index = NewIndex();
    }

    /// <summary>The account of a client; null where it has none.</summary>
    public ScramAccount? Find(string client)
    {
        lock (_changing)
        {
            return _accounts.GetValueOrDefault(client);
        }
    }

    /// <summary>Adds an account, or replaces that of its client; holds from the next login on.</summary>
    public void Put(ScramAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        lock (_changing)
        {
            _accounts[account.Client] = account;
            _index = NewIndex();
        }
    }

    /// <summary>Forgets an account; sessions that it opened go on.</summary>
    /// <returns>False where there was none.</returns>
    public bool Remove(string client)
    {
        lock (_changing)
        {
            var removed = _accounts.Remove(client);
            _index = removed ? NewIndex() : _index;
            return removed;
        }
    }

    /// <summary>The counter of a name in the lock-out.</summary>
    internal ClientNumber Number(string client)
    {
        var (number, known, decoy) = _index.Names.Find(client, "");
        return new ClientNumber(number, known, decoy);
    }

    /// <summary>Chooses the credential that a login runs with: the client's, or one that stands for it.</summary>
    /// <param name="client">The name.</param>
    /// <param name="use">All ones; 0 takes the substitute's keys though there is an account. Salt and iterations stay the account's: they are known to whoever asked before.</param>
    /// <returns>The credential, and all ones where there is an account.</returns>
    internal (ScramCredential Credential, int Known) Choose(string client, int use)
    {
        var index = _index;
        var substitute = Substitute(client, index.Iterations);
        var (number, known, decoy) = index.Places.Find(client, "");
        decoy %= index.Entries.Length / 2;
        var stored = index.Entries[(2 * ((number & known) | (decoy & ~known))) + 1 + known];
        var chosen = new byte[Entry.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            var mask = (byte)(i < Entry.Keys ? known : known & use);
            chosen[i] = (byte)((stored[i] & mask) | (substitute[i] & ~mask));
        }

        return (Entry.Decode(chosen), known);
    }

    private byte[] Substitute(string client, int iterations)
    {
        var name = Encoding.UTF8.GetBytes(client);
        var salt = HMACSHA256.HashData(_secret, name);
        var keys = HMACSHA512.HashData(_secret, name);
        return Entry.Encode(new ScramCredential(salt.AsMemory(0, ScramCredential.SaltSize), iterations, keys.AsMemory(0, ScramCredential.KeySize), keys.AsMemory(ScramCredential.KeySize)));
    }

    // A client keeps its number, and with it its count of failures, as long as the directory lives.
    private Index NewIndex()
    {
        ScramAccount[] accounts = [.. _accounts.Values];
        foreach (var account in accounts)
        {
            _numbers.TryAdd(account.Client, _numbers.Count);
        }

        // Even places hold accounts, odd ones decoys that nobody looks at; at least one of each.
        var entries = new byte[2 * Math.Max(1, accounts.Length)][];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = i % 2 == 0 && i / 2 < accounts.Length ? Entry.Encode(accounts[i / 2].Credential) : RandomNumberGenerator.GetBytes(Entry.Length);
        }

        return new Index(
            AccountTable.Of(_key, [.. accounts.Select(a => (AccountTable.TagOf(_key, a.Client, ""), _numbers[a.Client]))]),
            AccountTable.Of(_key, [.. accounts.Select((a, i) => (AccountTable.TagOf(_key, a.Client, ""), i))]),
            entries,
            accounts.GroupBy(a => a.Credential.Iterations).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).FirstOrDefault()?.Key ?? ScramCredential.MinimumIterations);
    }

    private sealed record Index(AccountTable Names, AccountTable Places, byte[][] Entries, int Iterations);

    /// <summary>A credential of one length, whatever its salt has: u8 length of the salt ‖ salt, padded ‖ u32 iterations ‖ keys.</summary>
    private static class Entry
    {
        public const int MaximumSalt = 64;
        public const int Keys = 1 + MaximumSalt + 4;
        public const int Length = Keys + (2 * ScramCredential.KeySize);

        public static byte[] Encode(ScramCredential credential)
        {
            var entry = new byte[Length];
            entry[0] = (byte)credential.Salt.Length;
            credential.Salt.Span.CopyTo(entry.AsSpan(1, MaximumSalt));
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(entry.AsSpan(1 + MaximumSalt), credential.Iterations);
            credential.StoredKey.Span.CopyTo(entry.AsSpan(Keys));
            credential.ServerKey.Span.CopyTo(entry.AsSpan(Keys + ScramCredential.KeySize));
            return entry;
        }

        public static ScramCredential Decode(byte[] entry) => new(
            entry.AsMemory(1, entry[0]), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(entry.AsSpan(1 + MaximumSalt)),
            entry.AsMemory(Keys, ScramCredential.KeySize), entry.AsMemory(Keys + ScramCredential.KeySize, ScramCredential.KeySize));
    }
}
