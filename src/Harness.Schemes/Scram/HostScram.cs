namespace Harness.Schemes.Scram;

/// <summary>SCRAM-SHA-256 of a <see cref="HostParty"/>. It keeps the password, as a client of SCRAM must: what it computes depends on the server's salt.</summary>
internal sealed class HostScram(HostParty party, PartyWork work, Lock gate, string client, string password) : IScramParty, IDisposable
{
    private readonly byte[] _password = Password.Prepare(password);
    private ScramClient? _exchange;
    private bool _proved;

    /// <summary>True once a login was completed, and until the next one begins.</summary>
    public bool IsLoggedIn { get; private set; }

    public ValueTask<Timed<byte[]>> InitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            End();
            _exchange = new ScramClient(client, _password);
            return new(work.Time(_exchange.Start));
        }
    }

    public ValueTask<Timed<byte[]>> StepAsync(ReadOnlyMemory<byte> serverFirst, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (_exchange is null || _proved)
            {
                throw party.Refuse(PartyRefusal.State, "SCRAM.INIT first");
            }

            var final = Run(() => work.Time(() => _exchange.Respond(serverFirst.Span)));
            _proved = true;
            return new(final);
        }
    }

    public ValueTask<Timed<string>> FinishAsync(ReadOnlyMemory<byte> serverFinal, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (_exchange is null || !_proved)
            {
                throw party.Refuse(PartyRefusal.State, "SCRAM.STEP first");
            }

            var done = Run(() => work.Time(() =>
            {
                _exchange.Finish(serverFinal.Span);
                return Fingerprints.Of(_exchange.ServerSignature.Span);
            }));
            End();
            IsLoggedIn = true;
            return new(done);
        }
    }

    public void Dispose()
    {
        End();
        IsLoggedIn = false;
        CryptographicOperations.ZeroMemory(_password);
    }

    private T Run<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (ScramException e)
        {
            End();
            IsLoggedIn = false;
            throw party.Refuse(
                e.Failure switch
                {
                    ScramFailure.ForeignNonce => PartyRefusal.BadNonce,
                    ScramFailure.Iterations => PartyRefusal.BadIterations,
                    ScramFailure.WrongSignature => PartyRefusal.BadTag,
                    _ => PartyRefusal.BadMessage,
                },
                e.Message);
        }
    }

    private void End()
    {
        _exchange?.Dispose();
        (_exchange, _proved) = (null, false);
    }
}
