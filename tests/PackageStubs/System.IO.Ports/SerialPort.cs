// Signatures of System.IO.Ports 10.0.14.
namespace System.IO.Ports;

public enum Handshake
{
    None = 0,
}

public enum Parity
{
    None = 0,
}

public enum StopBits
{
    One = 1,
}

public partial class SerialPort : ComponentModel.Component
{
    public const int InfiniteTimeout = -1;

    public SerialPort(string portName, int baudRate, Parity parity, int dataBits, StopBits stopBits) => throw new NotImplementedException();

    public Stream BaseStream => throw new NotImplementedException();

    public bool DtrEnable { get; set; }

    public Handshake Handshake { get; set; }

    public int ReadTimeout { get; set; }

    public bool RtsEnable { get; set; }

    public int WriteTimeout { get; set; }

    public void DiscardInBuffer() => throw new NotImplementedException();

    public void DiscardOutBuffer() => throw new NotImplementedException();

    public void Open() => throw new NotImplementedException();
}
