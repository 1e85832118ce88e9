namespace Harness.Sessions.Accounts;

/// <summary>Registration as published: u8 1 ‖ W on the client's own topic, without a proof of anything.</summary>
/// <remarks>
/// A fault of the paper's, kept: whoever comes first with a name has it. A name that has an account, by whatever way and for whatever group and
/// profile, is not registrable: another account is another way in. A client that is logged in may replace the W that it registered, never one of a file.
/// </remarks>
internal sealed class PaperRegistration(AccountStore accounts, int limit)
{
    /// <summary>The first byte.</summary>
    public const byte Version = 1;

    // The message names no group: the length of an element does, for the groups a board has. rfc3526-14, whose elements are as
    // long as those of modp2048-q256, cannot be registered this way.
    private static readonly AugPakeGroup[] _groups = [AugPakeGroup.Modp2048Q256, AugPakeGroup.P256];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Account> _registered = new(StringComparer.Ordinal);
    private int _added;

    /// <summary>Takes a registration.</summary>
    /// <returns>False where it is malformed, W is outside its group, the name is taken, or too many registered.</returns>
    public bool Take(string client, bool loggedIn, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 1 || payload[0] != Version || System.Text.Encoding.UTF8.GetByteCount(client) is < 1 or > 64)
        {
            return false;
        }

        var w = payload[1..].ToArray();
        var group = _groups.FirstOrDefault(g => g.ElementLength == w.Length);
        if (group is null || !group.IsAcceptable(w))
        {
            return false;
        }

        var account = new Account(client, accounts.Server, group, AugPakeProfile.AsPublished, w);
        lock (_gate)
        {
            if (loggedIn && _registered.TryGetValue(client, out var own) && ReferenceEquals(accounts.Find(client, account.Method), own))
            {
                accounts.Put(account);
            }
            else if (_added < limit && accounts.TryAdd(account))
            {
                _added++;
            }
            else
            {
                return false;
            }

            _registered[client] = account;
            return true;
        }
    }
}
