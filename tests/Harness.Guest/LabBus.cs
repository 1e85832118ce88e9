using System.Buffers.Binary;
using Harness.Hardware.Sensors;

namespace Harness.Guest;

/// <summary>The chip on the guest's I2C bus: the register model of a BME280 answers the kernel's transfers (rigs/guest/lab.c).</summary>
internal sealed class LabBus : IDisposable
{
    private const short NobodyAcknowledges = -6; // ENXIO
    private const int Header = 6;                // u16 address, u16 bytes written, u16 bytes wanted
    private readonly FileStream _node = new("/dev/lab-bus", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    public LabBus() => new Thread(Serve) { IsBackground = true, Name = "lab-bus" }.Start();

    /// <summary>The chip.</summary>
    public Bme280RegisterModel Chip { get; } = new();

    /// <summary>The negative errno that every transfer fails with; 0 for a normal answer.</summary>
    public volatile short Broken;

    /// <summary>The number of transfers from the kernel.</summary>
    public int Transfers => _transfers;

    private int _transfers;

    public void Dispose() => Chip.Dispose(); // the node closes with the process: its thread sleeps in read(2)

    private void Serve()
    {
        var request = new byte[1024];
        while (true)
        {
            var length = _node.Read(request);
            Interlocked.Increment(ref _transfers);
            var words = (Of(0), Written: Of(2), Wanted: Of(4));
            var answer = new byte[sizeof(short) + words.Wanted];
            var status = Answer(words.Item1, request.AsSpan(Header, length - Header), answer.AsSpan(sizeof(short)));
            BinaryPrimitives.WriteInt16LittleEndian(answer, status);
            try
            {
                _node.Write(status < 0 ? answer.AsSpan(0, sizeof(short)) : answer);
            }
            catch (IOException)
            {
                // The requester no longer waits.
            }
        }

        ushort Of(int at) => BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(at));
    }

    private short Answer(int address, ReadOnlySpan<byte> written, Span<byte> wanted)
    {
        if (Broken < 0)
        {
            return Broken;
        }

        if (address != Chip.ConnectionSettings.DeviceAddress)
        {
            return NobodyAcknowledges;
        }

        try
        {
            if (written.Length > 0 && wanted.Length > 0)
            {
                Chip.WriteRead(written, wanted);
            }
            else if (written.Length > 0)
            {
                Chip.Write(written);
            }
            else
            {
                Chip.Read(wanted);
            }

            return 0;
        }
        catch (IOException)
        {
            return NobodyAcknowledges;
        }
    }
}
