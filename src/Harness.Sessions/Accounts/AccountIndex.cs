namespace Harness.Sessions.Accounts;

/// <summary>Accounts as a login reads them: W of a client for a method, and the client's number for the lock-out.</summary>
/// <remarks>
/// For a name without an account the same work on memory of the same kind: every verifier has a decoy of its length beside it, of random bytes
/// that nobody looks at, so that W of an account that was long not used is fetched no more slowly than what stands for it. Immutable.
/// </remarks>
internal sealed class AccountIndex
{
    private readonly AccountTable _clients;
    private readonly Dictionary<string, (AccountTable Names, byte[][] Verifiers)> _methods = [];

    /// <summary>An index over accounts.</summary>
    /// <param name="key">The key of all its tables, 32 bytes.</param>
    /// <param name="accounts">The accounts, one for each client and method.</param>
    /// <param name="numbers">A number for each client; none is ever given to another.</param>
    public AccountIndex(byte[] key, IReadOnlyCollection<Account> accounts, IReadOnlyDictionary<string, int> numbers)
    {
        _clients = AccountTable.Of(key, [.. accounts.Select(a => a.Client).Distinct().AsParallel().Select(c => (AccountTable.TagOf(key, c, ""), numbers[c]))]);
        var byMethod = accounts.ToLookup(a => a.Method);
        foreach (var (profile, group) in AugPakeProfiles.All.SelectMany(_ => AugPakeGroup.All, (p, g) => (p, g)))
        {
            var method = AugPakeMethod.Of(profile, group);
            var own = byMethod[method].ToArray();

            // Even places hold the verifiers, odd ones the decoys; at least one of each.
            var verifiers = new byte[2 * Math.Max(1, own.Length)][];
            for (var i = 0; i < verifiers.Length; i++)
            {
                verifiers[i] = i % 2 == 0 && i / 2 < own.Length ? own[i / 2].Verifier.ToArray() : RandomNumberGenerator.GetBytes(group.ElementLength);
            }

            _methods.Add(method, (AccountTable.Of(key, [.. own.AsParallel().AsOrdered().Select((a, i) => (AccountTable.TagOf(key, a.Client, method), i))]), verifiers));
        }
    }

    /// <summary>The number of a client in the lock-out, for a name without any account a decoy's.</summary>
    public ClientNumber Number(string client)
    {
        var (number, known, decoy) = _clients.Find(client, "");
        return new ClientNumber(number, known, decoy);
    }

    /// <summary>W of a client for a method, chosen by mask against what stands in its place.</summary>
    /// <param name="client">ClientId.</param>
    /// <param name="method">A method that is supported.</param>
    /// <param name="use">All ones; 0 takes the substitute though there is an account.</param>
    /// <param name="substitute">Verifier used without an account; an element of the method's group.</param>
    /// <param name="verifier">Destination of the choice; of the same length.</param>
    /// <returns>All ones where there is an account, else 0.</returns>
    public int Choose(string client, string method, int use, ReadOnlySpan<byte> substitute, Span<byte> verifier)
    {
        var (names, verifiers) = _methods[method];
        var (number, known, decoy) = names.Find(client, method);
        decoy %= verifiers.Length / 2;
        var stored = verifiers[(2 * ((number & known) | (decoy & ~known))) + 1 + known];
        var mask = (byte)(known & use);
        for (var i = 0; i < verifier.Length; i++)
        {
            verifier[i] = (byte)((stored[i] & mask) | (substitute[i] & ~mask));
        }

        return known;
    }
}

/// <summary>Counter of the lock-out that a name has.</summary>
/// <param name="Own">The client's number; 0 for a name without an account.</param>
/// <param name="Known">All ones for a client with an account, for any method; else 0.</param>
/// <param name="Decoy">Counter among those that names without an account share: any 31 bits.</param>
internal readonly record struct ClientNumber(int Own, int Known, int Decoy);
