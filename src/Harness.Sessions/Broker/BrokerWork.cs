using Harness.Crypto;

namespace Harness.Sessions.Broker;

/// <summary>Counts what the broker computes, and nothing else of this process: each piece of its work runs inside a scope. Safe for use by many threads.</summary>
internal sealed class BrokerWork
{
    private readonly Lock _gate = new();
    private readonly AsyncLocal<bool> _inside = new();
    private OperationTally _total;

    /// <summary>Counts of ended scopes.</summary>
    public OperationTally Total
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    /// <summary>Opens a scope; it counts on this flow until it is disposed. Inside another one it counts nothing, for that one does.</summary>
    public IDisposable Begin() => new Scope(this);

    private void Add(OperationCounts counted)
    {
        lock (_gate)
        {
            _total += OperationTally.Of(counted);
        }
    }

    private sealed class Scope : IDisposable
    {
        private readonly BrokerWork _owner;
        private readonly OperationCounts? _counts;

        public Scope(BrokerWork owner)
        {
            _owner = owner;
            if (!owner._inside.Value)
            {
                owner._inside.Value = true;
                _counts = OperationCounts.Begin();
            }
        }

        public void Dispose()
        {
            if (_counts is not null)
            {
                _counts.Dispose();
                _owner._inside.Value = false;
                _owner.Add(_counts);
            }
        }
    }
}

/// <summary>An authenticator whose work is counted.</summary>
internal sealed class CountedAuthenticator(IEnhancedAuthenticator inner, BrokerWork work) : IEnhancedAuthenticator
{
    public bool Supports(string method) => inner.Supports(method);

    public IAuthenticationExchange Begin(AuthenticationRequest request)
    {
        using var scope = work.Begin();
        return new Exchange(inner.Begin(request), work);
    }

    private sealed class Exchange(IAuthenticationExchange inner, BrokerWork work) : IAuthenticationExchange
    {
        public async ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            using var scope = work.Begin();
            return await inner.NextAsync(data, cancellationToken).ConfigureAwait(false);
        }

        public void Completed()
        {
            using var scope = work.Begin();
            inner.Completed();
        }

        public void Dispose() => inner.Dispose();
    }
}
