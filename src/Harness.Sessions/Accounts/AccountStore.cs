namespace Harness.Sessions.Accounts;

/// <summary>The broker's accounts: at most one for a client, group and profile. Safe for use by many threads.</summary>
public sealed class AccountStore
{
    private readonly ConcurrentDictionary<(string Client, string Method), Account> _accounts = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _changing = new();
    private volatile AccountIndex _index;

    /// <summary>Takes the accounts of a file.</summary>
    /// <param name="server">S, the broker's own name.</param>
    /// <param name="accounts">Its accounts.</param>
    /// <exception cref="ArgumentException">A name that is no <see cref="ServerName"/>, an account of another server, an unacceptable W, or a second one of one client, group and profile.</exception>
    public AccountStore(string server, IEnumerable<Account> accounts)
    {
        Server = ServerName.Check(server);
        var own = accounts.ToArray();
        if (own.AsParallel().AsOrdered().FirstOrDefault(a => !IsOwn(a)) is { } wrong)
        {
            Check(wrong);
        }

        foreach (var account in own)
        {
            if (!_accounts.TryAdd((account.Client, account.Method), account))
            {
                throw new ArgumentException($"A second account: {account}.", nameof(accounts));
            }
        }

        _index = NewIndex();
    }

    /// <summary>S, the broker's own name.</summary>
    public string Server { get; }

    /// <summary>Number of accounts.</summary>
    public int Count => _accounts.Count;

    /// <summary>The index that logins read: the same work whether a client has an account or not.</summary>
    internal AccountIndex Index => _index;

    /// <summary>The account a client uses with a method, if there is one.</summary>
    public Account? Find(string client, string method) => _accounts.GetValueOrDefault((client, method));

    /// <summary>True where a client has any account.</summary>
    public bool Knows(string client) => _index.Number(client).Known != 0;

    /// <summary>Adds an account or replaces the one of the same client, group and profile.</summary>
    /// <exception cref="ArgumentException">An account of another server, or an unacceptable W.</exception>
    public void Put(Account account)
    {
        Check(account);
        lock (_changing)
        {
            _accounts[(account.Client, account.Method)] = account;
            _index = NewIndex();
        }
    }

    /// <summary>Adds an account unless its client has one already, for whatever group and profile.</summary>
    /// <returns>False where the client has one.</returns>
    /// <exception cref="ArgumentException">An account of another server, or an unacceptable W.</exception>
    public bool TryAdd(Account account)
    {
        Check(account);
        lock (_changing)
        {
            var added = !Knows(account.Client) && _accounts.TryAdd((account.Client, account.Method), account);
            if (added)
            {
                _index = NewIndex();
            }

            return added;
        }
    }

    /// <summary>Forgets an account; sessions it opened go on.</summary>
    /// <returns>False where there was none.</returns>
    public bool Remove(string client, string method)
    {
        lock (_changing)
        {
            var removed = _accounts.TryRemove((client, method), out _);
            if (removed)
            {
                _index = NewIndex();
            }

            return removed;
        }
    }

    // A client keeps its number, and with it its count of failures, as long as the store lives.
    private AccountIndex NewIndex()
    {
        Account[] accounts = [.. _accounts.Values];
        foreach (var account in accounts)
        {
            _numbers.TryAdd(account.Client, _numbers.Count);
        }

        return new AccountIndex(_key, accounts, _numbers);
    }

    private bool IsOwn(Account account) => account.Server == Server && account.Group.IsAcceptable(account.Verifier.Span);

    private void Check(Account account)
    {
        if (account.Server != Server)
        {
            throw new ArgumentException($"An account of server '{account.Server}' at server '{Server}': {account}.", nameof(account));
        }

        if (!account.Group.IsAcceptable(account.Verifier.Span))
        {
            throw new ArgumentException($"W outside the group: {account}.", nameof(account));
        }
    }
}
