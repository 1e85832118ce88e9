namespace Harness.Sessions.Login;

/// <summary>Logs a party in by MQTT 5 enhanced authentication (MQTT 5 section 4.12). One login, used once.</summary>
/// <remarks>
/// The party itself judges S, Y and V_S: the harness must not shield a device from what it is tested against. A refusal is a
/// <see cref="PartyRefusedException"/>, which the MQTT client rethrows unchanged after DISCONNECT 0x80.
/// </remarks>
public sealed class AugPakeLogin : ILogin
{
    private readonly IParty _party;
    private State _state;

    /// <summary>A login for a provisioned party.</summary>
    /// <param name="party">The party; provisioned with the same group and profile.</param>
    /// <param name="method">Authentication Method, <see cref="AugPakeMethod.Of"/>.</param>
    public AugPakeLogin(IParty party, string method)
    {
        _party = party;
        Method = method;
    }

    /// <summary>A login for a provisioned party.</summary>
    /// <param name="party">The party.</param>
    /// <param name="identity">The identity it was provisioned with.</param>
    /// <exception cref="ArgumentException">Unknown group or profile.</exception>
    public AugPakeLogin(IParty party, PartyIdentity identity)
        : this(party, AugPakeMethod.Of(AugPakeProfiles.Parse(identity.Profile), AugPakeGroup.ByName(identity.Group)))
    {
    }

    private enum State
    {
        Idle,
        Started,
        Proved,
        Done,
    }

    /// <inheritdoc/>
    public string Method { get; }

    /// <summary>Fingerprint of SK, once V_S verified; null before.</summary>
    public string? Fingerprint { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<byte[]> StartAsync(CancellationToken cancellationToken)
    {
        Expect(State.Idle, nameof(StartAsync));
        var x = await _party.AugInitAsync(cancellationToken).ConfigureAwait(false);
        _state = State.Started;
        return x.Value;
    }

    /// <inheritdoc/>
    /// <exception cref="SessionAbortedException">A second AUTH 0x18, or data that is no S and Y.</exception>
    public async ValueTask<byte[]> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_state == State.Proved)
        {
            throw new SessionAbortedException(_party.Name, "login", "the broker sent another AUTH 0x18 where V_S was expected");
        }

        Expect(State.Started, nameof(ContinueAsync));
        if (!ServerHello.TryDecode(data.Span, out var hello))
        {
            throw new SessionAbortedException(_party.Name, "login", $"an AUTH of {data.Length} bytes that is no u16 len(S), S, Y");
        }

        var proof = await _party.AugStepAsync(hello.Server, hello.Y, cancellationToken).ConfigureAwait(false);
        _state = State.Proved;
        return proof.Value;
    }

    /// <inheritdoc/>
    /// <exception cref="SessionAbortedException">Success before V_C was asked for.</exception>
    public async ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_state != State.Proved)
        {
            throw new SessionAbortedException(_party.Name, "login", "the broker reported success before it asked for V_C");
        }

        var key = await _party.AugFinishAsync(data, cancellationToken).ConfigureAwait(false);
        _state = State.Done;
        Fingerprint = key.Value;
    }

    private void Expect(State expected, string method)
    {
        if (_state != expected)
        {
            throw new InvalidOperationException($"{nameof(AugPakeLogin)}.{method} in state {_state}; it is for state {expected}.");
        }
    }
}
