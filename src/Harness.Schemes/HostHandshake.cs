namespace Harness.Schemes;

/// <summary>The identity of a <see cref="HostParty"/> and the handshake that it runs. Called under its party's lock. A refused element, tag or server ends the handshake
/// and wipes the keys.</summary>
internal sealed class HostHandshake(HostParty party, PartyWork work, HostKeys keys)
{
    private AugPakeGroup? _group;
    private AugPakeProfile _profile;
    private string _server = "";
    private byte[] _passwordScalar = [];
    private AugPakeClient? _handshake;
    private bool _proved;

    /// <summary>C; empty before provisioning.</summary>
    public string Client { get; private set; } = "";

    /// <summary>Takes names and w', which it keeps and wipes; earlier provisioning is forgotten.</summary>
    public void Provision(AugPakeGroup group, AugPakeProfile profile, string client, string server, byte[] passwordScalar)
    {
        Forget();
        (_group, _profile, Client, _server, _passwordScalar) = (group, profile, client, server, passwordScalar);
    }

    /// <summary>Computes W = g^w'.</summary>
    /// <exception cref="PartyRefusedException">STATE or UNSUPPORTED.</exception>
    public Timed<byte[]> Register()
    {
        var group = Provisioned();
        return _profile == AugPakeProfile.AsPublished
            ? work.Time(() => Verifier.OfScalar(group, _passwordScalar))
            : throw party.Refuse(PartyRefusal.Unsupported, $"registration over the wire is of profile {AugPakeProfile.AsPublished.Name()}");
    }

    /// <summary>Starts a handshake; gives X.</summary>
    /// <param name="pseudonym">The pseudonym that it is bound to (hardened); else null.</param>
    /// <exception cref="PartyRefusedException">STATE.</exception>
    public Timed<byte[]> Init(string? pseudonym = null)
    {
        var group = Provisioned();
        End();
        _handshake = AugPakeClient.FromPasswordScalar(group, _profile, Client, _server, _passwordScalar, null, pseudonym);
        return work.Time(_handshake.Start);
    }

    /// <summary>Checks S and Y; gives V_C.</summary>
    /// <exception cref="PartyRefusedException">STATE, BAD-SERVER or BAD-ELEMENT.</exception>
    public Timed<byte[]> Step(string server, ReadOnlyMemory<byte> y)
    {
        if (_handshake is null || _proved)
        {
            throw party.Refuse(PartyRefusal.State, "AUG.INIT first");
        }

        if (server != _server)
        {
            Wipe();
            throw party.Refuse(PartyRefusal.BadServer, "not the provisioned server");
        }

        try
        {
            var proof = work.Time(() => _handshake.Respond(y.Span));
            _proved = true;
            return proof;
        }
        catch (AugPakeException e)
        {
            Wipe();
            throw party.Refuse(PartyRefusal.BadElement, e.Failure == AugPakeFailure.IdentityElement ? "K is the identity" : "Y outside the group");
        }
    }

    /// <summary>Takes V_S and keeps the keys of this handshake.</summary>
    /// <returns>The fingerprint of SK.</returns>
    /// <exception cref="PartyRefusedException">STATE or BAD-TAG.</exception>
    public Timed<string> Finish(ReadOnlyMemory<byte> vs, string scheme, HostPairs? pairs = null)
    {
        if (_handshake is null || !_proved)
        {
            throw party.Refuse(PartyRefusal.State, "AUG.STEP first");
        }

        try
        {
            var key = work.Time(() => _handshake.Finish(vs.Span));
            End();
            keys.Established(key.Value, scheme);
            pairs?.Established(key.Value);
            return new Timed<string>(key.Value.Fingerprint, key.Ticks);
        }
        catch (AugPakeException)
        {
            Wipe();
            throw party.Refuse(PartyRefusal.BadTag, "V_S is wrong");
        }
    }

    /// <summary>Wipes names, w', handshake and keys.</summary>
    public void Forget()
    {
        Wipe();
        CryptographicOperations.ZeroMemory(_passwordScalar);
        (_group, Client, _server, _passwordScalar) = (null, "", "", []);
    }

    private AugPakeGroup Provisioned() => _group ?? throw party.Refuse(PartyRefusal.State, "PROVISION first");

    private void End()
    {
        _handshake?.Dispose();
        _handshake = null;
        _proved = false;
    }

    private void Wipe()
    {
        End();
        keys.Wipe();
    }
}
