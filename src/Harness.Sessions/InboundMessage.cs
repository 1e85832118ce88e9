namespace Harness.Sessions;

/// <summary>A message of a session that is opened once, whoever asks first: its reader, or the session before it takes something that was sealed later.</summary>
/// <remarks>Counters of a hop must rise: what came earlier is opened earlier.</remarks>
internal sealed class InboundMessage(MqttMessage message)
{
    private readonly Lock _gate = new();
    private Task<OpenedMessage>? _opening;
    private bool _taken;

    /// <summary>True once nobody has to open it any more.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _taken || _opening is { IsCompleted: true };
            }
        }
    }

    /// <summary>The message as it came; who takes it opens it, or does not.</summary>
    public MqttMessage Take()
    {
        lock (_gate)
        {
            _taken = true;
            return message;
        }
    }

    /// <summary>Opens it, or waits for whoever does.</summary>
    public Task<OpenedMessage> OpenAsync(IParty party, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _opening ??= RunAsync(party, cancellationToken);
        }
    }

    private async Task<OpenedMessage> RunAsync(IParty party, CancellationToken cancellationToken)
    {
        var opened = await party.OpenAsync(message.Topic, message.Payload, cancellationToken).ConfigureAwait(false);
        return new OpenedMessage(message.Topic, opened.Value);
    }
}
